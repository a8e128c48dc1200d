import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { twoKeyEnvelope } from '@keyturn/sealing/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { memoryKeyWrapper, randomKek } from '../src/adapters/memory/memory-key-wrapper.ts';
import { ADDRESS, grant, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
let now: number;
let ids: { credentialId: string; issuer: string };
let fetch: () => Promise<unknown>;

beforeEach(async () => {
  now = Date.now();
  vault = await testVault({ clock: { now: () => new Date(now) } });
  ids = await registerOrders(vault);
  await grant(vault, 'orders');
  const instance = testInstance(vault, 'orders', 'a');
  fetch = () => instance.fetch(ADDRESS);
});
afterEach(() => vault.dispose());

const recorded = async () => (await vault.events()).filter(({ type }) => type === 'secret.open-refused');

/** Both rows take the other one's column. */
const swapDeks = () =>
  vault.sql(
    `UPDATE wrapped_deks d SET wrapped = o.wrapped FROM wrapped_deks o
     WHERE (d.credential_id, o.credential_id) IN (($1, $2), ($2, $1)) AND d.version = 1 AND o.version = 1`,
    [ids.credentialId, ids.issuer],
  );
const swapCiphertexts = () =>
  vault.sql(
    `UPDATE events e SET sealed = o.sealed FROM events o
     WHERE (e.stream, o.stream) IN (('credential-' || $1, 'credential-' || $2), ('credential-' || $2, 'credential-' || $1))
       AND e.sealed IS NOT NULL AND o.sealed IS NOT NULL`,
    [ids.credentialId, ids.issuer],
  );
const flip = (table: string, column: string, where: string, at: number) =>
  vault.sql(`UPDATE ${table} SET ${column} = set_byte(${column}, $2, get_byte(${column}, $2) # 1) WHERE ${where}`, [ids.credentialId, at]);

type StoredDek = { kekId: string; wrapped: Buffer };
const storedDek = async (): Promise<StoredDek> => {
  const [row] = await vault.sql<StoredDek>('SELECT kek_id AS "kekId", wrapped FROM wrapped_deks WHERE credential_id = $1', [
    ids.credentialId,
  ]);
  return row!;
};
const context = () => ({ credentialId: ids.credentialId, version: 1 });

/** The row names the right KEK, and its key was wrapped under another. */
const wrapUnderWrongKek = async () => {
  const dek = await vault.wrapper.unwrap(await storedDek(), context());
  const wrong = randomKek();
  const { wrapped } = await (await memoryKeyWrapper([wrong])).wrap(wrong.id, dek, context());
  await vault.sql('UPDATE wrapped_deks SET wrapped = $2 WHERE credential_id = $1', [ids.credentialId, Buffer.from(wrapped)]);
};
/** GCM takes this ciphertext under the version's own key as well as under the attacker's, to which it commits. */
const storeTwoKeyCiphertext = async () => {
  const dek = await vault.wrapper.unwrap(await storedDek(), context());
  const attackers = new Sensitive<Uint8Array>(randomBytes(32));
  const { sealed } = twoKeyEnvelope({ ...context(), scope: 'system' }, [attackers, dek]);
  await storeSealed(sealed);
};
const storeSealed = (sealed: Uint8Array) =>
  vault.sql(`UPDATE events SET sealed = $2 WHERE sealed IS NOT NULL AND stream = 'credential-' || $1`, [
    ids.credentialId,
    Buffer.from(sealed),
  ]);

describe('a stored version that does not open', () => {
  it.each([
    ['the data keys of two versions were exchanged', 'data-key', swapDeks],
    ['the ciphertexts of two versions were exchanged', 'ciphertext', swapCiphertexts],
    ['both were exchanged', 'data-key', async () => [await swapDeks(), await swapCiphertexts()]],
    ['a byte of its data key was changed', 'data-key', () => flip('wrapped_deks', 'wrapped', 'credential_id = $1', 30)],
    [
      'a byte of its ciphertext was changed',
      'ciphertext',
      () => flip('events', 'sealed', `sealed IS NOT NULL AND stream = 'credential-' || $1`, 90),
    ],
    [
      'a byte of its key commitment was changed',
      'ciphertext',
      () => flip('events', 'sealed', `sealed IS NOT NULL AND stream = 'credential-' || $1`, 40),
    ],
    ['its data key was wrapped under the wrong KEK', 'data-key', wrapUnderWrongKek],
    ['its ciphertext opens under two keys', 'ciphertext', storeTwoKeyCiphertext],
    ['its data key is gone', 'data-key', () => vault.sql('DELETE FROM wrapped_deks WHERE credential_id = $1', [ids.credentialId])],
    [
      'its KEK is another',
      'kek',
      () => vault.sql(`UPDATE wrapped_deks SET kek_id = 'kek-ffffffffffffffff' WHERE credential_id = $1`, [ids.credentialId]),
    ],
  ] as const)('because %s is refused with a clear code, and recorded', async (_why, part, tamper) => {
    expect(await fetch()).toMatchObject({ ok: true });
    await tamper();
    expect(await fetch()).toEqual({ ok: false, refusal: { code: 'version-unreadable', version: 1 } });
    expect(await recorded()).toMatchObject([
      { stream: `access-${ids.credentialId}`, data: { credentialId: ids.credentialId, address: ADDRESS, version: 1, part, times: 1 } },
    ]);
  });

  it('is refused with each single byte of it changed, of its ciphertext and of its data key, and given once all are right again', async () => {
    const of = `sealed IS NOT NULL AND stream = 'credential-' || $1`;
    const [stored] = await vault.sql<{ sealed: Buffer }>(`SELECT sealed FROM events WHERE ${of}`, [ids.credentialId]);
    const { wrapped } = await storedDek();
    const refused = { ok: false, refusal: { code: 'version-unreadable', version: 1 } };
    for (let at = 0; at < stored!.sealed.length; at += 1) {
      await flip('events', 'sealed', of, at);
      expect(await fetch(), `byte ${at} of the ciphertext`).toEqual(refused);
      await flip('events', 'sealed', of, at);
    }
    for (let at = 0; at < wrapped.length; at += 1) {
      await flip('wrapped_deks', 'wrapped', 'credential_id = $1', at);
      expect(await fetch(), `byte ${at} of the data key`).toEqual(refused);
      await flip('wrapped_deks', 'wrapped', 'credential_id = $1', at);
    }
    expect(await fetch()).toMatchObject({ ok: true });
    expect(await recorded()).not.toEqual([]);
  }, 120_000);

  it('is recorded five times a minute at most, and the rest as one when the minute is over', async () => {
    await swapDeks();
    for (let time = 0; time < 12; time += 1) expect(await fetch()).toMatchObject({ refusal: { code: 'version-unreadable' } });
    await vault.vault.settleRefusals('over');
    expect(await recorded()).toHaveLength(5);
    now += 60_000;
    await vault.vault.settleRefusals('over');
    await vault.vault.settleRefusals('over');
    const times = (await recorded()).map(({ data }) => (data as { times: number }).times);
    expect(times).toEqual([1, 1, 1, 1, 1, 7]);
  });

  it('tells nothing of what is inside', async () => {
    await swapCiphertexts();
    await fetch();
    expect(JSON.stringify(await recorded())).not.toMatch(/canary|password/);
  });
});
