import { readFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openKeys } from '../src/secrets/open-keys.ts';
import { ADMIN, FIELDS, registerOrders, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
let credentialId: string;
const command = async (name: string, data: object = {}, secret?: Sensitive<unknown>) =>
  expect(
    await vault.client(ADMIN).command(name, { credentialId, ...data }, { commandId: randomUUID(), ...(secret ? { secret } : {}) }),
  ).toMatchObject({ ok: true });
const of2 = { epoch: 1, version: 2 };

/** Version 1 is current, version 2 is being discarded. */
beforeAll(async () => {
  vault = await testVault();
  ({ credentialId } = await registerOrders(vault));
  await command('rotation.request');
  const staged = { ...of2, publicFields: { ...FIELDS, username: 'orders_kt1' }, providerId: 'orders_kt1' };
  await command('epoch.stage-candidate', staged, new Sensitive({ fields: { password: 'candidate' } }));
  await command('epoch.fail', { epoch: 1, step: 'apply', reasonCode: 'x', sentence: 'x' });
});
afterAll(() => vault.dispose());

const start = () => openKeys(vault.opening);
const shred = (version: number) => vault.sql('DELETE FROM wrapped_deks WHERE credential_id = $1 AND version = $2', [credentialId, version]);

describe('the start', () => {
  it('finds every live version’s key', () => expect(start()).resolves.toBeDefined());

  it('reads no event for it', async () => {
    await vault.sql(`REVOKE SELECT ON events FROM ${vault.role}`);
    await expect(start()).resolves.toBeDefined();
    await vault.sql(`GRANT SELECT ON events TO ${vault.role}`);
  });

  it('names a version that is still needed, a leftover included, and whose key is gone', async () => {
    const [kept] = await vault.sql('SELECT * FROM wrapped_deks WHERE credential_id = $1 AND version = 2', [credentialId]);
    await shred(2);
    await expect(start()).rejects.toThrow(`version 2 of ${credentialId}`);
    await vault.sql('INSERT INTO wrapped_deks VALUES ($1, 2, $2, $3)', [credentialId, kept?.['kek_id'], kept?.['wrapped']]);
  });

  it('does not miss the key of a version that is discarded', async () => {
    await command('ledger.record-discarded', { version: 2 });
    await shred(2);
    await expect(start()).resolves.toBeDefined();
  });

  it('knows the live versions of credentials that were there before it asked for them', async () => {
    const rows = () => vault.sql(`SELECT body->'live' AS live, body->'lostAfterMs' AS lost FROM credential_upkeep ORDER BY credential_id`);
    const before = await rows();
    expect(before).toEqual([
      { live: [1], lost: 86_400_000 },
      { live: [1], lost: 86_400_000 },
    ]);
    await vault.sql('TRUNCATE credential_upkeep');
    const migration = (name: string) => readFile(new URL(`../src/adapters/postgres/migrations/${name}`, import.meta.url), 'utf8');
    const learned = await migration('0003_lease_endings.sql');
    const moved = await migration('0007_upkeep.sql');
    await vault.sql(learned.slice(learned.indexOf('UPDATE credentials')));
    await vault.sql(moved.slice(moved.indexOf('INSERT INTO')));
    expect(await rows()).toEqual(before);
    await shred(1);
    await expect(start()).rejects.toThrow(`version 1 of ${credentialId}`);
  });
});
