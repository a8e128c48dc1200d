import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Reply } from '@keyturn/contracts';
import {
  binaryCacheDir,
  findBinary,
  mintNatsCreds,
  natsServer,
  serviceIdentities,
  startNats,
  subscriberName,
  subscriberPermissions,
  waitUntil,
  type NatsPermissions,
} from '@keyturn/dev-stack';
import { Sensitive, systemClock, type Clock } from '@keyturn/kernel';
import { generateIdentity, generateSealingKey, linkTable, signSealingKey } from '@keyturn/sealing';
import { silentLogger, type Logger } from '@keyturn/telemetry';
import { afterEach, describe, expect, inject, it } from 'vitest';
import {
  connectBus,
  NoResponders,
  openRequest,
  RequestTimedOut,
  ServiceFault,
  ServiceUnavailable,
  vaultClient,
  type Bus,
} from '../src/index.ts';

const opened: Bus[] = [];
const connectAs = async (
  name: string,
  permissions: NatsPermissions,
  {
    url = inject('natsUrl'),
    keysDir = inject('natsKeysDir'),
    log = silentLogger,
    clock,
  }: { url?: string; keysDir?: string; log?: Logger; clock?: Clock } = {},
) => {
  const creds = new Sensitive(await mintNatsCreds({ keysDir, name, ...permissions }));
  const bus = await connectBus({ url, creds, name, log, ...(clock && { clock }) });
  opened.push(bus);
  return bus;
};
const vault = (options?: Parameters<typeof connectAs>[2]) => connectAs('vault', serviceIdentities.vault, options);
const gateway = (options?: Parameters<typeof connectAs>[2]) => connectAs('gateway', serviceIdentities.gateway, options);
const answer = (ok: unknown): Promise<Reply> => Promise.resolve({ ok });
const soon = { timeoutMs: 5000 };
/** A subject of this test's own, which the gateway may ask and the vault serve. */
let subjects = 0;
const subject = (): string => `keyturn.qry.vault.credential.ask-${(subjects += 1)}`;

afterEach(async () => void (await Promise.all(opened.splice(0).map((bus) => bus.close()))));

describe('a request over NATS', () => {
  it('is answered by one replica of the queue', async () => {
    const ask = subject();
    const seen: string[] = [];
    for (const name of ['a', 'b']) {
      const replica = await vault();
      replica.serve(
        ask,
        { queue: 'vault' },
        ({ payload, headers }) => (seen.push(name), answer({ payload, trace: headers['traceparent'] })),
      );
      await replica.flush();
    }
    const client = await gateway();
    for (let each = 0; each < 20; each += 1) {
      const reply = await client.request(ask, { each }, { ...soon, headers: { traceparent: '00-ab-cd-01' } });
      expect(reply).toEqual({ ok: { payload: { each }, trace: '00-ab-cd-01' } });
    }
    expect(seen).toHaveLength(20);
  });
  it('fails at once where nobody answers', async () => {
    await expect((await gateway()).request(subject(), {}, { timeoutMs: 60_000 })).rejects.toBeInstanceOf(NoResponders);
  });
  it('times out where the answer does not come', async () => {
    const ask = subject();
    const server = await vault();
    server.serve(ask, {}, () => new Promise(() => undefined));
    await server.flush();
    await expect((await gateway()).request(ask, {}, { timeoutMs: 50 })).rejects.toBeInstanceOf(RequestTimedOut);
  });
  it('gets a bare fault where the handler fails, and "not available" where it says so', async () => {
    const [failing, busy] = [subject(), subject()];
    const server = await vault();
    server.serve(failing, {}, () => Promise.reject(new Error('the password is hunter2')));
    server.serve(busy, {}, () => Promise.reject(Object.assign(new Error('no database'), { code: 'unavailable' })));
    await server.flush();
    const client = await gateway();
    const failed = await client.request(failing, {}, soon).catch((fault: unknown) => fault);
    expect(failed).toBeInstanceOf(ServiceFault);
    expect(String(failed)).not.toContain('hunter2');
    await expect(client.request(busy, {}, soon)).rejects.toBeInstanceOf(ServiceUnavailable);
  });
  it('is not run after its deadline', async () => {
    const ask = subject();
    const late: Clock = { now: () => new Date(systemClock.now().getTime() + 60_000) };
    const server = await vault({ clock: late });
    let ran = 0;
    server.serve(ask, {}, () => answer((ran += 1)));
    await server.flush();
    await expect((await gateway()).request(ask, {}, soon)).rejects.toThrow('after its deadline');
    expect(ran).toBe(0);
  });
  it('is refused where it is too large, also when another client sends it', async () => {
    const ask = subject();
    const server = await vault();
    server.serve(ask, {}, () => answer(null));
    await server.flush();
    const client = await gateway();
    expect(await client.request(ask, 'a'.repeat(256 * 1024), soon)).toMatchObject({ refusal: { code: 'message-invalid' } });
    for (const raw of [JSON.stringify('a'.repeat(300 * 1024)), '{"not": json']) {
      const reply = await client.connection.request(ask, raw, { timeout: 5000 });
      expect(reply.json()).toMatchObject({ refusal: { code: 'message-invalid' } });
    }
  });
  it('is refused by NATS where the identity may not ask', async () => {
    const client = await gateway();
    await expect(client.request('keyturn.cmd.vault.epoch.commit', {}, soon)).rejects.toThrow('does not let this identity ask');
  });
  it('of a subscriber reaches the vault, and its answer comes back to its own inbox', async () => {
    const server = await vault();
    const instance = { consumer: 'orders', instance: 'i1', addresses: ['system.postgres.orders'] };
    server.serve('keyturn.sub.orders.i1.beat', { queue: 'vault' }, ({ subject: from }) => answer(from));
    await server.flush();
    const client = await connectAs(subscriberName(instance), subscriberPermissions(instance));
    expect(await client.request('keyturn.sub.orders.i1.beat', {}, soon)).toEqual({ ok: 'keyturn.sub.orders.i1.beat' });
    await expect(client.request('keyturn.sub.orders.i2.beat', {}, soon)).rejects.toBeInstanceOf(ServiceFault);
  });
  it('gets its own answer, in whatever order they come', async () => {
    const ask = subject();
    const server = await vault();
    const held: (() => void)[] = [];
    server.serve(ask, {}, async ({ payload }) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (held.push(resolve) === 50) held.toReversed().forEach((release) => release());
      await promise;
      return { ok: payload };
    });
    await server.flush();
    const client = await gateway();
    const asked = Array.from({ length: 50 }, (_, each) => each);
    const replies = await Promise.all(asked.map((each) => client.request(ask, each, soon)));
    expect(replies).toEqual(asked.map((ok) => ({ ok })));
  });
  it('that is answered too late disturbs none after it', async () => {
    const ask = subject();
    const server = await vault();
    const late = Promise.withResolvers<Reply>();
    server.serve(ask, {}, ({ payload }) => (payload === 'first' ? late.promise : answer(payload)));
    await server.flush();
    const client = await gateway();
    await expect(client.request(ask, 'first', { timeoutMs: 50 })).rejects.toBeInstanceOf(RequestTimedOut);
    late.resolve({ ok: 'too late' });
    expect(await client.request(ask, 'second', soon)).toEqual({ ok: 'second' });
  });
  it('that waits when its connection closes has an unknown outcome', async () => {
    const ask = subject();
    const server = await vault();
    const started = Promise.withResolvers<void>();
    server.serve(ask, {}, () => (started.resolve(), new Promise(() => undefined)));
    await server.flush();
    const client = await gateway();
    const waiting = client.request(ask, {}, { timeoutMs: 60_000 }).catch((fault: unknown) => fault);
    await started.promise;
    await client.close();
    const fault = await waiting;
    expect(fault).toBeInstanceOf(RequestTimedOut);
    expect(String(fault)).toContain('broke before the answer came');
    await expect(client.request(ask, {}, soon)).rejects.toBeInstanceOf(ServiceUnavailable);
  });
  it('that NATS refuses ends by itself, beside others that are answered', async () => {
    const ask = subject();
    const server = await vault();
    server.serve(ask, {}, ({ payload }) => answer(payload));
    await server.flush();
    const client = await gateway();
    const forbidden = 'keyturn.cmd.vault.epoch.commit';
    const ended = await Promise.allSettled([forbidden, ask, forbidden, ask].map((each, at) => client.request(each, at, soon)));
    expect(ended.map((each) => (each.status === 'fulfilled' ? each.value : each.reason instanceof ServiceFault))).toEqual([
      true,
      { ok: 1 },
      true,
      { ok: 3 },
    ]);
  });
  it('is refused by NATS where the identity may not hear the answer', async () => {
    const ask = subject();
    const deaf = await connectAs('deaf', { publish: [ask], subscribe: ['keyturn.log.>'] });
    for (const each of [1, 2]) {
      await expect(deaf.request(ask, each, { timeoutMs: 60_000 })).rejects.toThrow('does not let this identity ask');
    }
  });
  it('that runs when the server drains is still answered', async () => {
    const ask = subject();
    const server = await vault();
    const [started, finish] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    server.serve(ask, {}, async () => {
      started.resolve();
      await finish.promise;
      return { ok: 'done' };
    });
    await server.flush();
    const reply = (await gateway()).request(ask, {}, soon);
    await started.promise;
    const drained = server.drain();
    finish.resolve();
    expect(await reply).toEqual({ ok: 'done' });
    await drained;
    expect(server.isConnected()).toBe(false);
  });
});

describe('a notice over NATS', () => {
  it('is heard by the consumers whose grants cover it', async () => {
    const publisher = await vault();
    const instance = { consumer: 'orders', instance: 'i2', addresses: ['system.postgres.*'] };
    const client = await connectAs(subscriberName(instance), subscriberPermissions(instance));
    const heard: unknown[] = [];
    client.subscribe('keyturn.evt.system.postgres.*.credential.*', ({ payload }) => void heard.push(payload));
    await client.flush();
    publisher.publish('keyturn.evt.system.stripe.live.credential.rotated', 'not for them');
    publisher.publish('keyturn.evt.system.postgres.orders.credential.rotated', { generation: 2 });
    expect(await waitUntil(() => heard.length > 0, { timeoutMs: 5000 })).toBe(true);
    expect(heard).toEqual([{ generation: 2 }]);
  });
  it('that may not be heard is told in the log', async () => {
    const logged: string[] = [];
    const log = { ...silentLogger, error: (event: string) => void logged.push(event) };
    const instance = { consumer: 'orders', instance: 'i3', addresses: ['system.postgres.orders'] };
    const client = await connectAs(subscriberName(instance), subscriberPermissions(instance), { log });
    client.subscribe('keyturn.evt.system.stripe.live.credential.*', () => undefined);
    expect(await waitUntil(() => logged.includes('bus.subscription-lost'), { timeoutMs: 5000 })).toBe(true);
  });
});

describe('sealing over NATS', () => {
  it('keeps a secret from the wire, both ways', async () => {
    const server = await vault();
    const key = generateSealingKey();
    const identity = generateIdentity();
    const published = signSealingKey(identity, {
      id: key.id,
      publicKey: key.publicKey,
      notAfter: new Date(systemClock.now().getTime() + 3_600_000).toISOString(),
    });
    const links = linkTable({ openSealingKey: () => Promise.resolve(key.privateKey), clock: systemClock });
    const wire: string[] = [];
    server.serve('keyturn.qry.vault.sealing-keys.list', {}, () => answer({ identityPublicKey: identity.publicKey, keys: [published] }));
    server.serve('keyturn.cmd.vault.credential.sealed-test', {}, async ({ subject: at, payload }) => {
      wire.push(JSON.stringify(payload));
      const request = await openRequest(links, at, payload as { commandId: string; sealed: unknown; data: unknown });
      const reply = request.ok ? request.value.answer('stored', request.value.secret) : { refusal: request.refusal };
      wire.push(JSON.stringify(reply));
      return reply;
    });
    await server.flush();
    const client = vaultClient({
      bus: await gateway(),
      actor: { kind: 'service', id: 'gateway' },
      clock: systemClock,
      pinnedIdentity: identity.publicKey,
    });
    const secret = new Sensitive({ fields: { password: 'canary-7f3a' } });
    const commandId = '0197d2a0-0000-7000-8000-000000000001';
    const stored = await client.command('credential.sealed-test', { credentialId: commandId }, { commandId, secret });
    if (!stored.ok) throw new Error(stored.refusal.code);
    expect(stored.value.value).toBe('stored');
    expect(stored.value.secret?.reveal()).toEqual({ fields: { password: 'canary-7f3a' } });
    expect(wire).toHaveLength(2);
    expect(wire.join()).not.toContain('canary-7f3a');
  });
});

describe('a connection', () => {
  it('waits for its server, and comes back after the server does', async () => {
    const varDir = await mkdtemp(join(tmpdir(), 'keyturn-bus-'));
    const binary = await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir });
    const server = await startNats({ varDir, binary });
    try {
      await server.stop();
      const failures: string[] = [];
      const log = { ...silentLogger, warn: (event: string) => void failures.push(event) };
      const connecting = vault({ url: server.url, keysDir: server.keysDir, log });
      expect(await waitUntil(() => failures.includes('bus.connect-failed'), { timeoutMs: 10_000 })).toBe(true);
      await server.restart();
      const bus = await connecting;
      const client = await gateway({ url: server.url, keysDir: server.keysDir });
      bus.serve('keyturn.qry.vault.health.check', { queue: 'vault' }, () => answer('well'));
      await bus.flush();
      const seen: string[] = [];
      client.onStatus((status) => seen.push(status));

      await server.stop();
      expect(await waitUntil(() => !client.isConnected() && !bus.isConnected(), { timeoutMs: 10_000 })).toBe(true);
      await expect(client.request('keyturn.qry.vault.health.check', {}, soon)).rejects.toBeInstanceOf(ServiceUnavailable);
      await server.restart();
      expect(await waitUntil(() => client.isConnected() && bus.isConnected(), { timeoutMs: 20_000 })).toBe(true);
      await bus.flush();
      expect(await client.request('keyturn.qry.vault.health.check', {}, soon)).toEqual({ ok: 'well' });
      expect(seen).toEqual(['disconnected', 'connected']);
    } finally {
      await Promise.all(opened.splice(0).map((bus) => bus.close()));
      await server.stop();
      await rm(varDir, { recursive: true, force: true });
    }
  });
});
