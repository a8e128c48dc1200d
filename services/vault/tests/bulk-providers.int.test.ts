import { randomUUID } from 'node:crypto';
import { BulkRotationView } from '@keyturn/contracts/queries';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { postgresBulkRotationTable } from '../src/adapters/postgres/bulk-rotation-table.ts';
import { advanceBulks } from '../src/bulk-rotations/advance-bulks.ts';
import { ADMIN, testVault, type TestVault } from './test-vault.ts';

// Which credentials are at one provider, and share its patience, on a real database.

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
});
afterAll(() => vault.dispose());

const done = async (type: string, data: object, fields?: Readonly<Record<string, string>>): Promise<Record<string, unknown>> => {
  const secret = fields === undefined ? {} : { secret: new Sensitive({ fields }) };
  const answer = await vault.client(ADMIN).command(type, data, { commandId: randomUUID(), ...secret });
  if (!answer.ok) throw new Error(`${type}: ${JSON.stringify(answer.refusal)}`);
  return answer.value.value as never;
};
const ask = async (type: string, data: object): Promise<unknown> => {
  const answer = await vault.client(ADMIN).query(type, data);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value.value;
};
const register = (address: string, credentialType: string, publicFields: object, fields: Readonly<Record<string, string>>) =>
  done('credential.register', { credentialId: uuidv7(), address, credentialType, publicFields, untested: 'import' }, fields);
const llm = (address: string, provider: string, apiKey: string) => register(address, 'user_api_key', { provider }, { apiKey });
const look = () =>
  advanceBulks({
    log: vault.log,
    bulks: postgresBulkRotationTable(vault.pool),
    hold: { restore: () => null },
    clock: systemClock,
    newId: uuidv7,
    logger: silentLogger,
  });

it('a bulk rotation means every key of a provider, whatever its type and service, and counts them together', async () => {
  await llm('system.chat.m0', 'openai', 'sk-0123456789abcdef0123');
  await llm('system.search.m1', 'openai', 'sk-abcdef0123456789abcd');
  await llm('system.chat.other', 'anthropic', 'sk-ant-0123456789abcdef');
  await register('system.admin.m2', 'openai_admin_key', {}, { adminKey: 'sk-admin-0123456789abcdef' });
  const { bulkId } = await done('bulk-rotation.request', { provider: 'openai', maxInFlight: 2, stopAfterFailures: null });
  await look();
  const { members, selection } = BulkRotationView.parse(await ask('bulk-rotation.get', { bulkId, limit: 500 }));
  expect(selection).toEqual({ provider: 'openai' });
  expect(members.map(({ address, status }) => [address, status])).toEqual([
    ['system.admin.m2', 'running'],
    ['system.chat.m0', 'running'],
    ['system.search.m1', 'waiting'],
  ]);
  // Another one, of another service alone, has no room of its own there.
  const second = await done('bulk-rotation.request', { service: 'search', maxInFlight: 2 });
  await look();
  expect(await ask('bulk-rotation.get', { bulkId: second['bulkId'], limit: 500 })).toMatchObject({ counts: { waiting: 1, running: 0 } });
  expect(await ask('credential.list', { provider: 'openai' })).toMatchObject({ total: 3 });
  expect(await ask('credential.list', { provider: 'anthropic', service: 'chat' })).toMatchObject({ total: 1 });
});
