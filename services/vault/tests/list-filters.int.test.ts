import { randomUUID } from 'node:crypto';
import type { Actor } from '@keyturn/contracts';
import { ListCredentials } from '@keyturn/contracts/queries';
import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listCredentials } from '../src/adapters/postgres/list-credentials.ts';
import { ADMIN, FIELDS, type TestVault, testVault } from './test-vault.ts';

const WORKER: Actor = { kind: 'service', id: 'rotation-worker' };
const HOUR = 3_600_000;

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const command = async (type: string, data: object, actor: Actor = ADMIN, secret?: Record<string, string>): Promise<void> => {
  const sent = { commandId: randomUUID(), ...(secret && { secret: new Sensitive({ fields: secret }) }) };
  const answer = await vault.client(actor).command(type, data, sent);
  if (!answer.ok) throw new Error(answer.refusal.code);
};
const register = async (name: string): Promise<string> => {
  const credentialId = uuidv7();
  const data = {
    credentialId,
    address: `system.postgres.${name}`,
    credentialType: 'database_password',
    publicFields: FIELDS,
    untested: 'import',
  };
  await command('credential.register', data, ADMIN, { password: 'x' });
  return credentialId;
};
const tested = async (credentialId: string, verdict: 'valid' | 'invalid', sentence: string): Promise<void> => {
  await command('credential.request-test', { credentialId });
  await command('errand.record-tested', { credentialId, version: 1, verdict, sentence, elapsedMs: 3 }, WORKER);
};
const listed = async (asked: object): Promise<(string | null)[][]> => {
  const { items } = await listCredentials(vault.pool, ListCredentials.parse(asked));
  return items.map(({ address, refused }) => [address, refused]);
};

describe('the list', () => {
  it('finds what its provider refused in the newest test, with what it said, until a test goes well', async () => {
    const refused = await register('refused');
    const fine = await register('fine');
    await tested(refused, 'invalid', 'The server refuses this password.');
    await tested(fine, 'valid', 'It works.');
    expect(await listed({ refused: true })).toEqual([['system.postgres.refused', 'The server refuses this password.']]);
    expect(await listed({ refused: false })).toEqual([['system.postgres.fine', null]]);
    await tested(refused, 'valid', 'It works.');
    expect(await listed({ refused: true })).toEqual([]);
  });

  it('counts several filters in one reading, in their order', async () => {
    await register('counted');
    const filters = [{ refused: true }, { search: 'counted' }, {}, { status: 'disabled' as const }, { untested: true, search: 'counted' }];
    const expected = await Promise.all(filters.map(async (filter) => (await listed(filter)).length));
    expect(expected[1]).toBe(1);
    expect(await vault.client(ADMIN).query('credential.count', { filters })).toMatchObject({
      value: { value: { counts: expected.map((count) => ({ count, atLeast: false })) } },
    });
  });

  it('finds values by their age: that of the registration, where there was no rotation', async () => {
    await register('aged');
    const soon = new Date(Date.now() + HOUR).toISOString();
    const before = new Date(Date.now() - HOUR).toISOString();
    expect(await listed({ search: 'aged', valueBefore: soon })).toEqual([['system.postgres.aged', null]]);
    expect(await listed({ search: 'aged', valueBefore: before })).toEqual([]);
  });

  it('finds the keys of one provider of language models', async () => {
    const keyOf = async (provider: string, apiKey: string): Promise<void> => {
      const data = { credentialId: uuidv7(), address: `system.${provider}.main`, credentialType: 'user_api_key', untested: 'import' };
      await command('credential.register', { ...data, publicFields: { provider } }, ADMIN, { apiKey });
    };
    await keyOf('openai', 'sk-one-of-a-test-0123456789');
    await keyOf('replicate', 'r8_one_of_a_test_0123456789');
    expect(await listed({ llmProvider: 'openai' })).toEqual([['system.openai.main', null]]);
    expect(await listed({ llmProvider: 'cohere' })).toEqual([]);
  });
});
