import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findBinary, type BinarySource, type Surroundings } from '../src/binaries/find-binary.ts';
import { natsServer } from '../src/index.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

const script = (version: string): string => `#!/bin/sh\necho "nats-server: v${version}"\n`;

const install = (path: string, version: string): string => {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, script(version), { mode: 0o755 });
  return path;
};

const failing: BinarySource = { name: 'nowhere', fetch: () => Promise.reject(new Error('it does not answer')) };
const working: BinarySource = { name: 'a shelf', fetch: async () => new TextEncoder().encode(script('2.15.1')) };

const surroundings = (folder: string, more: Partial<Surroundings> = {}): Surroundings => ({
  env: { PATH: join(folder, 'path') },
  cacheDir: join(folder, 'cache'),
  sources: [failing],
  ...more,
});

it('takes the named program before the one on PATH, and that before the cached one', async () => {
  const folder = temporaryFolder();
  const cached = install(join(folder, 'cache', 'nats-server-2.15.1'), '2.15.1');
  expect(await findBinary(natsServer, surroundings(folder))).toBe(cached);
  const onPath = install(join(folder, 'path', 'nats-server'), '2.12.0');
  expect(await findBinary(natsServer, surroundings(folder))).toBe(onPath);
  const named = install(join(folder, 'named', 'nats'), '2.14.0');
  expect(await findBinary(natsServer, surroundings(folder, { env: { PATH: join(folder, 'path'), KEYTURN_NATS_SERVER: named } }))).toBe(
    named,
  );
});

it('passes by a program on PATH that is too old', async () => {
  const folder = temporaryFolder();
  install(join(folder, 'path', 'nats-server'), '2.9.0');
  const cached = install(join(folder, 'cache', 'nats-server-2.15.1'), '2.15.1');
  expect(await findBinary(natsServer, surroundings(folder))).toBe(cached);
});

it('fetches from the next source when one fails, says so, and keeps the program', async () => {
  const folder = temporaryFolder();
  const told: string[] = [];
  const found = await findBinary(
    natsServer,
    surroundings(folder, { sources: [failing, working], onProgress: (sentence) => told.push(sentence) }),
  );
  expect(found).toBe(join(folder, 'cache', 'nats-server-2.15.1'));
  expect(told).toEqual(['downloading nats-server 2.15.1 from nowhere', 'downloading nats-server 2.15.1 from a shelf']);
  expect(await findBinary(natsServer, surroundings(folder))).toBe(found);
});

it('says in one sentence what is missing and what to do', async () => {
  await expect(findBinary(natsServer, surroundings(temporaryFolder()))).rejects.toThrow(
    'nats-server is missing and could not be downloaded (nowhere: it does not answer): put nats-server 2.15.1 from https://github.com/nats-io/nats-server/releases on PATH, or its path into KEYTURN_NATS_SERVER.',
  );
});
