import { CommandMessage, QueryMessage, type Reply, type SealingKeys } from '@keyturn/contracts';
import { Sensitive, type Clock } from '@keyturn/kernel';
import { generateIdentity, generateSealingKey, linkTable, signSealingKey, SealingKeysUntrusted } from '@keyturn/sealing';
import { describe, expect, it } from 'vitest';
import type { Incoming } from './bus.ts';
import { openRequest } from './sealed-server.ts';
import { memoryNats } from './testing/index.ts';
import { vaultClient } from './vault-client.ts';

const ID = '0197d2a0-0000-7000-8000-000000000001';
const actor = { kind: 'service', id: 'rotation-worker' } as const;
const HOUR = 3_600_000;

/** A vault that stores nothing: it answers what it opened. Its replicas share sealing keys. */
const world = () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock: Clock = { now: () => new Date(now) };
  const nats = memoryNats({ clock });
  const identity = generateIdentity();
  const seen: Incoming[] = [];
  let keys = [generateSealingKey()];
  const published = (): SealingKeys => ({
    identityPublicKey: identity.publicKey,
    keys: keys.map(({ id, publicKey }) => signSealingKey(identity, { id, publicKey, notAfter: new Date(now + 24 * HOUR).toISOString() })),
  });
  const replica = () => {
    const bus = nats.bus();
    const links = linkTable({ openSealingKey: (id) => Promise.resolve(keys.find((key) => key.id === id)?.privateKey ?? null), clock });
    const answer = async (message: Incoming, parsed: CommandMessage | QueryMessage): Promise<Reply> => {
      seen.push(message);
      const opened = await openRequest(links, message.subject, parsed);
      if (!opened.ok) return { refusal: opened.refusal };
      return opened.value.answer(
        { got: opened.value.secret !== undefined },
        opened.value.canSeal ? new Sensitive({ echo: opened.value.secret?.reveal() ?? 'fresh' }) : undefined,
      );
    };
    return [
      bus.serve('keyturn.qry.vault.sealing-keys.list', { queue: 'vault' }, () => Promise.resolve({ ok: published() })),
      bus.serve('keyturn.cmd.vault.>', { queue: 'vault' }, (message) => answer(message, CommandMessage.parse(message.payload))),
      bus.serve('keyturn.qry.vault.credential.>', { queue: 'vault' }, (message) => answer(message, QueryMessage.parse(message.payload))),
    ];
  };
  const client = (pinnedIdentity?: string) =>
    vaultClient({ bus: nats.bus(), actor, clock, ...(pinnedIdentity !== undefined && { pinnedIdentity }) });
  return {
    replica,
    client,
    seen,
    identity,
    nats,
    later: (ms: number) => (now += ms),
    loseSealingKeys: () => (keys = [generateSealingKey()]),
    encs: () => seen.map(({ payload }) => (payload as CommandMessage).sealed).map((box) => box !== undefined && 'enc' in box),
  };
};
const secret = new Sensitive({ fields: { password: 'hunter2' } });
const about = { credentialId: ID };

describe('the vault client', () => {
  it('seals the secret of a command, and opens the answer', async () => {
    const { client, replica, seen } = world();
    replica();
    const answer = await client().command('credential.register', about, { commandId: ID, secret });
    if (!answer.ok) throw new Error(answer.refusal.code);
    expect(answer.value.value).toEqual({ got: true });
    expect(answer.value.secret?.reveal()).toEqual({ echo: { fields: { password: 'hunter2' } } });
    expect(JSON.stringify(seen)).not.toContain('hunter2');
  });
  it('sends plain commands and queries without a link', async () => {
    const { client, replica, seen } = world();
    replica();
    await client().command('rotation.request', about, { commandId: ID, correlationId: 'r1', traceparent: '00-ab-cd-01' });
    await client().query('credential.get', about);
    expect(seen[0]).toMatchObject({
      payload: { commandId: ID, actor, correlationId: 'r1', data: about },
      headers: { traceparent: '00-ab-cd-01', 'Kt-Command-Id': ID },
    });
    expect(seen[1]?.payload).toEqual({ actor, data: about });
  });
  it('gets a secret for a question that carries a link and nothing else', async () => {
    const { client, replica } = world();
    replica();
    const answer = await client().query('credential.reveal', about, { secretFor: { commandId: ID } });
    if (!answer.ok) throw new Error(answer.refusal.code);
    expect(answer.value).toMatchObject({ value: { got: false } });
    expect(answer.value.secret?.reveal()).toEqual({ echo: 'fresh' });
  });
  it('shows its encapsulation until the link is confirmed', async () => {
    const { client, replica, encs } = world();
    replica();
    const vault = client();
    for (let each = 0; each < 3; each += 1) await vault.command('x.y', about, { commandId: ID, secret });
    expect(encs()).toEqual([true, false, false]);
  });
  it('makes its link known to a replica that does not know it', async () => {
    const { client, replica, encs } = world();
    const first = replica();
    const vault = client();
    await vault.command('x.y', about, { commandId: ID, secret });
    for (const each of first) await each.stop();
    replica();
    expect(await vault.command('x.y', about, { commandId: ID, secret })).toMatchObject({ ok: true });
    expect(encs()).toEqual([true, false, true]);
  });
  it('makes a new link when the vault lost its sealing keys', async () => {
    const { client, replica, loseSealingKeys, encs } = world();
    const first = replica();
    const vault = client();
    await vault.command('x.y', about, { commandId: ID, secret });
    for (const each of first) await each.stop();
    loseSealingKeys();
    replica();
    expect(await vault.command('x.y', about, { commandId: ID, secret })).toMatchObject({ ok: true });
    expect(encs()).toEqual([true, false, true, true]);
  });
  it('renews its link before the sealing key ends', async () => {
    const { client, replica, later, encs } = world();
    replica();
    const vault = client();
    await vault.command('x.y', about, { commandId: ID, secret });
    later(24 * HOUR - 5 * 60_000);
    await vault.command('x.y', about, { commandId: ID, secret });
    expect(encs()).toEqual([true, true]);
  });
  it('makes one link for all who ask at once', async () => {
    const { client, replica, seen } = world();
    replica();
    const vault = client();
    await Promise.all(Array.from({ length: 5 }, () => vault.command('x.y', about, { commandId: ID, secret })));
    expect(
      new Set(
        seen.map(({ payload }) => {
          const box = (payload as CommandMessage).sealed;
          return box?.kind === 'link' ? box.linkId : '';
        }),
      ).size,
    ).toBe(1);
  });
  it('seals to no vault but the pinned one', async () => {
    const { client, replica, identity } = world();
    replica();
    expect(await client(identity.publicKey).command('x.y', about, { commandId: ID, secret })).toMatchObject({ ok: true });
    await expect(client(generateIdentity().publicKey).command('x.y', about, { commandId: ID, secret })).rejects.toBeInstanceOf(
      SealingKeysUntrusted,
    );
  });
  it('takes no secret over the limit', async () => {
    const { client, replica } = world();
    replica();
    const refused = await client().command('x.y', about, { commandId: ID, secret: new Sensitive('a'.repeat(160 * 1024)) });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'message-invalid' } });
  });
  it('tells that the vault is down, and works when it is back', async () => {
    const { client, replica } = world();
    const vault = client();
    await expect(vault.command('x.y', about, { commandId: ID, secret })).rejects.toThrow('nobody answers');
    replica();
    expect(await vault.command('x.y', about, { commandId: ID, secret })).toMatchObject({ ok: true });
  });
});
