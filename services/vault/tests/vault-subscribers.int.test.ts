import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ADDRESS, ADMIN, FIELDS, grant, PASSWORD, registerOrders, testInstance, testVault, type TestVault } from './test-vault.ts';

let vault: TestVault;
let credentialId: string;

beforeAll(async () => {
  vault = await testVault();
  ({ credentialId } = await registerOrders(vault));
  await grant(vault, 'orders');
});
afterAll(() => vault.dispose());

const holdsOf = async (instance: string): Promise<number[] | null> => {
  const { leases } = await vault.leases.of(credentialId);
  return leases.find((lease) => lease.instance === instance)?.holds.map((hold) => hold.version) ?? null;
};
const fetched = async (instance: string) => {
  const speaker = testInstance(vault, 'orders', instance);
  const answer = await speaker.fetch();
  if (!answer.ok) throw new Error(answer.refusal.code);
  return { speaker, ...answer };
};

describe('a fetch', () => {
  it('gives all fields together, and from then on the instance holds the version', async () => {
    const { given, secret } = await fetched('a');
    expect(secret.fields).toEqual({ ...FIELDS, password: PASSWORD });
    expect(given).toMatchObject({ credentialId, address: ADDRESS, version: 1, generation: 1 });
    expect(await holdsOf('a')).toEqual([1]);
  });
  it('is recorded before it is answered', async () => {
    await fetched('recorded');
    expect((await vault.events()).at(-1)).toMatchObject({ type: 'secret.revealed', data: { recipient: 'orders/recorded', version: 1 } });
  });
  it('repeated under one command id gives the same again, and is recorded once', async () => {
    const speaker = testInstance(vault, 'orders', 'repeats');
    const commandId = randomUUID();
    const first = await speaker.fetch(ADDRESS, commandId);
    const again = await speaker.fetch(ADDRESS, commandId);
    expect(again).toEqual(first);
    expect((await vault.events()).filter((event) => event.type === 'secret.revealed' && event.meta.commandId === commandId)).toHaveLength(
      1,
    );
  });
  it('repeated gives nothing while the credential is disabled', async () => {
    const address = 'system.postgres.repeated';
    const { credentialId: id } = await registerOrders(vault, address);
    await grant(vault, 'repeating', address);
    const speaker = testInstance(vault, 'repeating', 'a');
    const commandId = randomUUID();
    const again = () => speaker.fetch(address, commandId);
    const command = (type: string, data: object) => vault.client(ADMIN).command(type, data, { commandId: randomUUID() });
    expect(await again()).toMatchObject({ ok: true });
    await command('credential.disable', { credentialId: id, reason: 'a leak' });
    expect(await again()).toEqual({ ok: false, refusal: { code: 'credential-disabled' } });
    expect((await vault.events()).at(-1)).toMatchObject({ type: 'access.refused', data: { refusalCode: 'credential-disabled' } });
    await command('credential.enable', { credentialId: id });
    expect(await again()).toMatchObject({ ok: true });
  });
  it("under another instance's command id gives nothing", async () => {
    const commandId = randomUUID();
    await testInstance(vault, 'orders', 'owner').fetch(ADDRESS, commandId);
    expect(await testInstance(vault, 'orders', 'thief').fetch(ADDRESS, commandId)).toEqual({
      ok: false,
      refusal: { code: 'command-reused' },
    });
  });
  it('is refused without a grant, whatever the message claims, and recorded', async () => {
    const refused = await testInstance(vault, 'strangers', 'a').fetch();
    expect(refused).toEqual({ ok: false, refusal: { code: 'grant-missing', consumer: 'strangers', address: ADDRESS } });
    expect((await vault.events()).at(-1)).toMatchObject({
      type: 'access.refused',
      data: { recipient: 'strangers/a', refusalCode: 'grant-missing' },
    });
  });
  it('is refused from the moment on at which its grant is taken, and given again with it', async () => {
    const instance = testInstance(vault, 'shrinking', 'a');
    await grant(vault, 'shrinking');
    expect(await instance.fetch()).toMatchObject({ ok: true });
    await grant(vault, 'shrinking', 'system.stripe.*');
    expect(await instance.fetch()).toMatchObject({ ok: false, refusal: { code: 'grant-missing' } });
    await grant(vault, 'shrinking', 'system.*.*');
    expect(await instance.fetch()).toMatchObject({ ok: true });
  });
  it('is refused for an address that nobody registered, to one who may ask', async () => {
    await grant(vault, 'wide', 'system.postgres.*');
    expect(await testInstance(vault, 'wide', 'a').fetch('system.postgres.nothing')).toEqual({
      ok: false,
      refusal: { code: 'credential-unknown' },
    });
  });
  it('does not open when its box was made for another subject', async () => {
    const reply = await testInstance(vault, 'orders', 'b').ask('fetch', {
      address: ADDRESS,
      sealed: {
        kind: 'link',
        linkId: 'AAAA',
        sealingKeyId: 'x',
        nonce: 'AAAA',
        ciphertext: 'AAAA',
        expiresAt: new Date(Date.now() + 60_000).toISOString(),
      },
    });
    expect(reply).toEqual({ refusal: { code: 'link-unknown' } });
  });
});

describe('an acknowledgement', () => {
  it('is recorded when its MAC proves possession', async () => {
    const { speaker, given, secret } = await fetched('acks');
    expect(await speaker.ack(given, secret.ackKey)).toMatchObject({ ok: {} });
    expect((await vault.events()).at(-1)).toMatchObject({
      type: 'credential.version-acknowledged',
      data: { instance: 'acks', version: 1, generation: 1 },
    });
  });
  it('is refused with a key that was guessed', async () => {
    const { speaker, given } = await fetched('guesses');
    expect(await speaker.ack(given, Buffer.alloc(32).toString('base64url'))).toEqual({ refusal: { code: 'ack-invalid' } });
  });
  it("is refused with another instance's nonce", async () => {
    const one = await fetched('one');
    const two = await fetched('two');
    expect(await two.speaker.ack(one.given, two.secret.ackKey)).toEqual({ refusal: { code: 'ack-invalid' } });
  });
  it('is refused from one that was never given the version', async () => {
    const { given, secret } = await fetched('giver');
    expect(await testInstance(vault, 'orders', 'taker').ack(given, secret.ackKey)).toEqual({ refusal: { code: 'ack-invalid' } });
  });
  it('is refused for a generation that is not the current one', async () => {
    const { speaker, given, secret } = await fetched('early');
    expect(await speaker.ack(given, secret.ackKey, { generation: 2 })).toEqual({ refusal: { code: 'ack-stale', generation: 1 } });
  });
  it('is recorded as a nack when the instance says that the version does not work', async () => {
    const { speaker, given, secret } = await fetched('broken');
    await speaker.ack(given, secret.ackKey, {}, false);
    expect((await vault.events()).at(-1)).toMatchObject({
      type: 'credential.version-nacked',
      data: { instance: 'broken', sentence: '28P01' },
    });
  });
});

describe('a beat', () => {
  it('answers what is current of what is held', async () => {
    const { speaker } = await fetched('beats');
    const reply = await speaker.beat([{ credentialId, versions: [1] }]);
    expect(reply).toEqual({ ok: { current: [{ credentialId, address: ADDRESS, version: 1, generation: 1 }] } });
  });
  it('tells nothing of what the instance was never given, but that it must fetch it', async () => {
    const reply = await testInstance(vault, 'strangers', 'curious').beat([{ credentialId, versions: [1] }]);
    expect(reply).toEqual({ ok: { current: [], unknown: [credentialId] } });
  });
  it('forgets what it no longer names', async () => {
    const { speaker } = await fetched('drains');
    await speaker.beat([]);
    expect(await holdsOf('drains')).toBeNull();
  });
  it('that was sent before a fetch can not make the vault forget what was fetched', async () => {
    const { speaker } = await fetched('races');
    await speaker.beat([], 1);
    expect(await holdsOf('races')).toEqual([1]);
  });
  it('ends silence, which counts only while the vault ticks', async () => {
    const { speaker } = await fetched('quiet');
    const silentMs = async () => (await vault.leases.of(credentialId)).leases.find((lease) => lease.instance === 'quiet')?.silentMs;
    await vault.sql(`UPDATE leases SET last_beat_at = now() - interval '1 hour' WHERE instance = 'quiet'`);
    expect(await silentMs()).toBe(0);
    await vault.leases.tick(1_000);
    await vault.sql(`UPDATE listening SET until = now() - interval '1 hour'`);
    await vault.leases.tick(1_000);
    expect(await silentMs()).toBe(2_000);
    await speaker.beat([{ credentialId, versions: [1] }]);
    expect(await silentMs()).toBe(0);
  });
});

describe('a goodbye', () => {
  it('ends the lease, once, and is recorded', async () => {
    const { speaker } = await fetched('leaves');
    await speaker.ask('goodbye', {});
    await speaker.ask('goodbye', {});
    expect(await holdsOf('leaves')).toBeNull();
    expect((await vault.events()).filter((event) => event.type === 'lease.ended' && event.stream === 'lease-orders.leaves')).toHaveLength(
      1,
    );
  });
});
