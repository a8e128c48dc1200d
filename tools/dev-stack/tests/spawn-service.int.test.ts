import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePort, spawnService, type ServiceSpec, type SupervisedProcess } from '../src/index.ts';
import { temporaryFolder } from './fixtures/temporary-folder.ts';

type Running = { varDir: string; service: SupervisedProcess; runs: () => Promise<string>; crash: () => Promise<unknown> };

const start = async (restart: NonNullable<ServiceSpec['restart']>): Promise<Running> => {
  const varDir = temporaryFolder();
  const url = `http://127.0.0.1:${await freePort()}`;
  const runs = async (): Promise<string> => (await fetch(url)).text();
  const service = await spawnService({
    name: 'crasher',
    entry: join(import.meta.dirname, 'fixtures', 'crashing-service.ts'),
    varDir,
    env: { PORT: new URL(url).port, RUNS_FILE: join(varDir, 'runs'), FULL_FILE: join(varDir, 'full') },
    restart,
    isReady: async () => (await runs()) !== '',
  });
  onTestFinished(() => service.stop());
  return { varDir, service, runs, crash: () => fetch(`${url}/crash`).catch(() => undefined) };
};

it('starts a service again after a crash, and not after a kill', async () => {
  const { service, runs, crash } = await start('on-crash');
  await crash();
  await expect.poll(() => runs().catch(() => 'down'), { timeout: 10_000 }).toBe('2');
  await service.kill();
  await expect(runs()).rejects.toThrow('fetch failed');
  expect(service.pid()).toBeUndefined();
  await service.restart();
  expect(await runs()).toBe('3');
});

it('tries again until what stopped it is gone', async () => {
  const { varDir, runs, crash } = await start('on-crash');
  const begun = (): number => readFileSync(join(varDir, 'runs'), 'utf8').length;
  writeFileSync(join(varDir, 'full'), '');
  await crash();
  await expect.poll(begun, { timeout: 20_000 }).toBeGreaterThan(3); // two of its own starts failed, too
  await expect(runs()).rejects.toThrow('fetch failed');
  rmSync(join(varDir, 'full'));
  await expect.poll(() => runs().catch(() => 'down'), { timeout: 20_000 }).toMatch(/^\d+$/u);
});

it('leaves a crashed service down when that is the policy, and logs what it printed', async () => {
  const { service, runs, crash } = await start('never');
  await crash();
  await expect.poll(() => service.pid()).toBeUndefined();
  await expect(runs()).rejects.toThrow('fetch failed');
  expect(readFileSync(service.logFile, 'utf8')).toBe('listening\n');
});

it('says in one sentence why a service did not start', async () => {
  const varDir = temporaryFolder();
  const starting = spawnService({ name: 'broken', entry: join(varDir, 'missing.ts'), varDir, env: {}, isReady: () => false });
  await expect(starting).rejects.toThrow(/^broken ended before it was ready \(.+\): see .+broken\.log\.$/u);
});
