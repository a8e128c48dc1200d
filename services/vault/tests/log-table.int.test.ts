import type { Actor } from '@keyturn/contracts';
import { VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { A_SERVICE, ADMIN, AUDITOR, registerOrders, testVault, type TestVault } from './test-vault.ts';

const AUDIT: Actor = { kind: 'service', id: 'audit' };

let vault: TestVault;
beforeAll(async () => {
  vault = await testVault();
  await registerOrders(vault);
});
afterAll(() => vault.dispose());

const read = async (after: number, limit: number) => {
  const answer = await vault.client(AUDIT).query('log.read', { after, limit });
  if (!answer.ok) throw new Error(answer.refusal.code);
  return VAULT_QUERIES_TABLE['log.read'].answer.parse(answer.value.value).items;
};

describe('the table of the log, as audit reads it', () => {
  it('says what was recorded, in order, page by page', async () => {
    const events = await vault.events();
    const rows = await read(0, 500);
    expect(rows.map((row) => ({ ...row, data: JSON.parse(row.data) as unknown, meta: JSON.parse(row.meta) as unknown }))).toEqual(events);
    expect(await read(1, 2)).toEqual(rows.slice(1, 3));
    expect(await read(events.length, 10)).toEqual([]);
  });

  it('says what somebody made of it, be it JSON or not', async () => {
    const [second] = await read(1, 1);
    await vault.sql(`UPDATE events SET data = '{', meta = '' WHERE position = 2`);
    expect(await read(1, 1)).toEqual([{ ...second!, data: '{', meta: '' }]);
  });

  it('comes in pages that fit into one message', async () => {
    const long = JSON.stringify({ note: 'x'.repeat(100_000) });
    await vault.sql(`UPDATE events SET data = $1 WHERE position IN (1, 2, 3)`, [long]);
    expect((await read(0, 10)).map(({ position }) => position)).toEqual([1, 2]);
    await vault.sql(`UPDATE events SET data = repeat('x', 300000) WHERE position = 3`);
    expect((await read(2, 10)).map(({ position }) => position)).toEqual([3]);
  });

  it('brings a row that no message carries without its text, and goes on behind it', async () => {
    await vault.sql(`UPDATE events SET data = repeat('x', 2000000) WHERE position = 3`);
    expect((await read(2, 1)).map(({ position, data }) => [position, data])).toEqual([[3, '']]);
    expect((await read(3, 1)).map(({ position }) => position)).toEqual([4]);
  });

  it.each([
    ['an admin', ADMIN],
    ['an auditor', AUDITOR],
    ['a person of that name', { kind: 'person', id: 'audit', roles: ['admin', 'audit'] }],
    ['another service', A_SERVICE],
  ] as const)('is not for %s', async (_who, actor) => {
    const refused = { ok: false, refusal: { code: 'not-allowed', action: 'log.read' } };
    expect(await vault.client(actor as Actor).query('log.read', { after: 0, limit: 1 })).toEqual(refused);
  });
});
