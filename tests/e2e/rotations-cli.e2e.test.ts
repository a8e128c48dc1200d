import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RotationView } from '@keyturn/contracts/api';
import { afterEach, describe, expect, inject, it } from 'vitest';
import { admin, readCredential } from './support/admin.ts';
import { ask, rotationsPath } from './support/ask.ts';
import { type Cancellable, cancellableRole, cancellableSecret } from './support/cancellable.ts';
import { startHolder } from './support/holder.ts';
import { type CliRun, printed, runCli } from './support/run-cli.ts';

// What a person does in a rotation, at the command line.

const { varDir, endpoints } = inject('stack');
const folder = join(varDir, 'rotations-cli');
mkdirSync(folder, { recursive: true });

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

const env = {
  KEYTURN_URL: endpoints.gatewayUrl,
  KEYTURN_TOKEN: endpoints.tokens.admin,
  KEYTURN_KNOWN_VAULTS: join(folder, 'known-vaults.json'),
};
const keyturn = (args: readonly string[], input = ''): Promise<CliRun> => runCli(['rotations', ...args], { env, input });

const begun = async (made: Cancellable): Promise<Cancellable> => {
  if (made.close) closing.push(made.close);
  await admin().rotate(made.credentialId);
  return made;
};
const view = async ({ credentialId }: Cancellable): Promise<RotationView> =>
  RotationView.parse((await ask(`${rotationsPath(credentialId)}/1`)).json);
const until = (made: Cancellable, what: 'value' | 'deletion'): Promise<unknown> =>
  expect.poll(async () => (await view(made)).asks?.what, { timeout: 60_000 }).toBe(what);

describe('a rotation, at the command line', () => {
  it('is cancelled, for a reason', async () => {
    const made = await begun(await cancellableRole({ approvals: 1 }));
    expect(await keyturn(['cancel', made.address, '1'])).toMatchObject({ code: 2, err: expect.stringContaining('--reason') });
    expect(await keyturn(['cancel', made.address, 'first', '--reason', 'asked for twice'])).toMatchObject({ code: 2 });
    expect(await keyturn(['cancel', made.address, '1', '--reason', 'asked for twice'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        /^Cancelled rotation 1\. What Keyturn made for it is removed .+ A value that a person made stays there: .+\n$/u,
      ),
    });
    expect(await view(made)).toMatchObject({ failure: { code: 'cancelled', sentence: 'Cancelled by Ada Admin: asked for twice' } });
    expect(await keyturn(['cancel', made.address, '2', '--reason', 'another'])).toMatchObject({ code: 5 });
  });

  it('is rolled back', async () => {
    const made = await cancellableRole({ preflightMs: 0 });
    const holder = await startHolder(made.address, { consumer: 'holder-at-cli', instance: made.credentialId.slice(-12) });
    closing.push(holder.close);
    await begun(made);
    await expect.poll(async () => (await readCredential(made.credentialId)).current, { timeout: 30_000 }).toBe(2);
    expect(await keyturn(['cancel', made.address, '1', '--reason', 'too late'])).toMatchObject({
      code: 6,
      err: expect.stringContaining('rotation-committed'),
    });
    const back = await keyturn(['roll-back', made.address, '--reason', 'it is slow', '--json']);
    expect({ code: back.code, said: JSON.parse(back.out) }).toMatchObject({ code: 0, said: { epoch: 1, version: 1, status: 'committed' } });
    expect(await readCredential(made.credentialId)).toMatchObject({ current: 1 });
    expect(await view(made)).toMatchObject({ rolledBack: { reason: 'it is slow' } });
    expect(await keyturn(['roll-back', made.address, '--reason', 'once more'])).toMatchObject({ code: 6 });
  });

  it('is brought its value, from standard input or a file, and told that the old one is gone', async () => {
    const made = await begun(await cancellableSecret({ preflightMs: 0 }));
    await until(made, 'value');
    const { value = '' } = made.next ?? {};
    const bring = (from: string, input = ''): Promise<CliRun> => keyturn(['value', made.address, '1', '--secret-file', from], input);
    expect(await keyturn(['value', made.address, '1'])).toMatchObject({ code: 2 });
    expect(await bring(join(folder, 'nowhere'))).toMatchObject({ code: 7 });
    expect(await bring('-', 'sk_test_mistyped0123456789abcdef')).toMatchObject({ code: 6, err: expect.stringContaining('test-invalid') });
    expect(await keyturn(['old-value-deleted', made.address, '1'])).toMatchObject({
      code: 6,
      err: expect.stringContaining('deletion-not-awaited'),
    });
    const file = join(folder, 'next');
    writeFileSync(file, `${value}\n`, { mode: 0o600 });
    expect(await bring(file)).toMatchObject({ code: 0, out: expect.stringMatching(/^Brought version 3 for rotation 1\. .+/u) });
    await until(made, 'deletion');
    made.removeFirst?.();
    expect(await keyturn(['old-value-deleted', made.address, '1'])).toMatchObject({
      code: 0,
      out: 'Said for rotation 1. The provider is asked until it refuses the old value, where it can be asked.\n',
    });
    await expect.poll(async () => (await view(made)).status, { timeout: 60_000 }).toBe('completed');
    expect(printed.filter((text) => text.includes(value))).toEqual([]);
  }, 150_000);

  it('ends on a person’s word where the provider was asked, and can’t say that the old value is dead', async () => {
    const made = await begun(await cancellableSecret({ preflightMs: 0 }));
    await until(made, 'value');
    await keyturn(['value', made.address, '1', '--secret-file', '-', '--json'], made.next?.['value']);
    await until(made, 'deletion');
    expect(await keyturn(['old-value-deleted', made.address, '1'])).toMatchObject({ code: 0 });
    await expect.poll(async () => (await view(made)).sentence, { timeout: 60_000 }).toContain('It is still taken');
    const word = ['--unproven-because', 'its check answers to anybody'];
    expect(await keyturn(['old-value-deleted', made.address, '1', ...word])).toMatchObject({
      code: 0,
      out: 'Said for rotation 1. Your word is taken where the provider was asked before.\n',
    });
    await expect.poll(async () => (await view(made)).status, { timeout: 60_000 }).toBe('completed');
  }, 150_000);
});
