import { Sensitive } from '@keyturn/kernel';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { advanceBulks } from '../src/bulk-rotations/advance-bulks.ts';
import { bulkVault } from './bulk-vault.ts';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

// Which credentials are at one provider, and share its patience, on a real database.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const { deps, done, query, read, start } = bulkVault(() => vault);
const register = (address: string, credentialType: string, publicFields: object, fields: Readonly<Record<string, string>>) =>
  done(
    'credential.register',
    { credentialId: uuidv7(), address, credentialType, publicFields, untested: 'import' },
    ADMIN,
    new Sensitive({ fields }),
  );
const llm = (address: string, provider: string, apiKey: string) => register(address, 'user_api_key', { provider }, { apiKey });
const look = () => advanceBulks(deps());

it('a bulk rotation means every key of a provider, whatever its type and service, and counts them together', async () => {
  await llm('system.chat.m0', 'openai', 'sk-0123456789abcdef0123');
  await llm('system.search.m1', 'openai', 'sk-abcdef0123456789abcd');
  await llm('system.chat.other', 'anthropic', 'sk-ant-0123456789abcdef');
  await register('system.admin.m2', 'openai_admin_key', {}, { adminKey: 'sk-admin-0123456789abcdef' });
  const bulkId = await start({ provider: 'openai', maxInFlight: 2, stopAfterFailures: null });
  await look();
  const { members, selection } = await read(bulkId);
  expect(selection).toEqual({ provider: 'openai' });
  expect(members.map(({ address, status }) => [address, status])).toEqual([
    ['system.admin.m2', 'running'],
    ['system.chat.m0', 'running'],
    ['system.search.m1', 'waiting'],
  ]);
  // Another one, of another service alone, has no room of its own there.
  const second = await start({ service: 'search', maxInFlight: 2 });
  await look();
  expect(await read(second)).toMatchObject({ counts: { waiting: 1, running: 0 } });
  expect(await query('credential.list', { provider: 'openai' })).toMatchObject({ total: 3 });
  expect(await query('credential.list', { provider: 'anthropic', service: 'chat' })).toMatchObject({ total: 1 });
});
