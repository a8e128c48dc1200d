import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import { connectBus, type Bus } from '@keyturn/bus';
import { SubscriberCredentialsBody, type SubscriberCredentials } from '@keyturn/contracts/api';
import { inboxPrefix, subscriberUser } from '@keyturn/contracts/subjects';
import { mintNatsCreds, mintSubscriberJwt, serviceIdentities, waitUntil } from '@keyturn/dev-stack';
import { Sensitive, systemClock } from '@keyturn/kernel';
import { silentLogger } from '@keyturn/telemetry';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { connect, type Keyturn } from '../src/index.ts';
import { MemoryVault, serveMemoryVault } from '../src/testing/index.ts';

const CONSUMER = 'renewing';
/** Renewed at two thirds of it: the third that is left must be enough for a busy machine. */
const LIFE_SECONDS = 12;
const RENEWALS = 2;
const fieldsOf = (generation: number) => ({ username: 'orders', password: `canary-${generation}` });

/** Answers as the gateway does, with identities of seconds, until it is told to refuse. */
const startIssuer = async (identityPublicKey: () => string, hears: readonly string[]) => {
  const state = { issued: 0, isBroken: false };
  const issue = async (body: SubscriberCredentialsBody): Promise<SubscriberCredentials> => {
    const { instance, publicKey } = body;
    const expiresAt = new Date((Math.floor(Date.now() / 1_000) + LIFE_SECONDS) * 1_000);
    const jwt = await mintSubscriberJwt({ keysDir: inject('natsKeysDir'), consumer: CONSUMER, instance, publicKey, hears, expiresAt });
    return {
      jwt,
      expiresAt: expiresAt.toISOString(),
      expiresInMs: expiresAt.getTime() - Date.now(),
      natsUrl: inject('natsUrl'),
      inboxPrefix: inboxPrefix(subscriberUser(CONSUMER, instance)),
      consumer: CONSUMER,
      instance,
      identityPublicKey: identityPublicKey(),
    };
  };
  const server: Server = createServer((request, response) => {
    void (async () => {
      const body = SubscriberCredentialsBody.parse(JSON.parse(await text(request)));
      const isKnown = request.headers.authorization === 'Bearer the-token';
      response.statusCode = state.isBroken || !isKnown ? 503 : 200;
      if (response.statusCode === 200) state.issued += 1;
      response.end(JSON.stringify(response.statusCode === 200 ? await issue(body) : {}));
    })();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { state, url: `http://127.0.0.1:${port}`, close: () => void server.close() };
};

let bus: Bus;
let vault: MemoryVault;
let commit: ReturnType<typeof serveMemoryVault>['commit'];
let issuer: Awaited<ReturnType<typeof startIssuer>>;
let keyturn: Keyturn | null = null;
const address = `system.postgres.renewing-${process.pid}`;

beforeAll(async () => {
  const creds = new Sensitive(await mintNatsCreds({ keysDir: inject('natsKeysDir'), name: 'vault', ...serviceIdentities.vault }));
  bus = await connectBus({ url: inject('natsUrl'), creds, name: 'vault', log: silentLogger });
  vault = new MemoryVault(systemClock);
  // Other tests have vaults on the same server: this one answers for its own consumer only.
  const own = {
    ...bus,
    serve: (_subject: string, ...rest: Parameters<Bus['serve']> extends [string, ...infer R] ? R : never) =>
      bus.serve(`keyturn.sub.${CONSUMER}.*.*`, ...rest),
  };
  ({ commit } = serveMemoryVault(own, vault));
  issuer = await startIssuer(() => vault.identity, [address]);
  commit(address, fieldsOf(1));
});
afterEach(async () => {
  await keyturn?.close();
  keyturn = null;
});
afterAll(async () => {
  issuer.close();
  await bus.close();
});

/** No beat comes by itself within a test: what is heard of a commit is its notice, or a renewal's comparison. */
const start = async (instance: string): Promise<Keyturn> => {
  const token = new Sensitive('the-token');
  keyturn = await connect({ gatewayUrl: issuer.url, token, consumer: CONSUMER, instance, beatEveryMs: 60_000 });
  return keyturn;
};

describe('an identity of seconds', () => {
  it(
    'is renewed again and again while secrets change: none is missed, and the lease is held throughout',
    { timeout: 120_000 },
    async () => {
      const running = await start('many');
      const secret = await running.secret(address, { probe: async () => undefined });
      const first = issuer.state.issued;
      let disconnected = 0;
      let unheld = 0;
      let late = 0;
      for (let generation = vault.acks.length + 1; issuer.state.issued < first + RENEWALS; generation += 1) {
        const committed = commit(address, fieldsOf(generation + 100));
        const isAcked = () => vault.acks.some((ack) => ack.instance === 'many' && ack.generation === committed && ack.ok);
        if (!(await waitUntil(isAcked, { timeoutMs: 10_000, everyMs: 5 }))) late += 1;
        if (!running.status().isConnected) disconnected += 1;
        if ((vault.held.get('many')?.[0]?.versions.length ?? 0) === 0) unheld += 1;
        expect(secret().reveal()).toEqual(fieldsOf(generation + 100));
      }
      expect({ late, disconnected, unheld }).toEqual({ late: 0, disconnected: 0, unheld: 0 });
      expect(vault.heard.filter(({ verb }) => verb === 'goodbye')).toEqual([]);
    },
  );

  it('that cannot be renewed ends: last good values go on, and what changed meanwhile is caught up', { timeout: 120_000 }, async () => {
    const running = await start('cut');
    const secret = await running.secret(address, { probe: async () => undefined });
    const before = secret().reveal();
    issuer.state.isBroken = true;
    const isCut = await waitUntil(() => !running.status().isConnected, { timeoutMs: 60_000 });
    expect(isCut).toBe(true);
    commit(address, fieldsOf(999));
    expect(secret().reveal()).toEqual(before);
    issuer.state.isBroken = false;
    expect(await waitUntil(() => secret().reveal()['password'] === 'canary-999', { timeoutMs: 60_000 })).toBe(true);
    expect(running.status().isConnected).toBe(true);
  });

  it('pins the identity of the vault', async () => {
    const other = await startIssuer(() => 'another-identity', [address]);
    try {
      keyturn = await connect({ gatewayUrl: other.url, token: new Sensitive('the-token'), consumer: CONSUMER, instance: 'pin' });
      await expect(keyturn.secret(address, { timeoutMs: 1_500 })).rejects.toThrow('not available');
    } finally {
      other.close();
    }
  });

  it('is asked for over a safe way only', async () => {
    const unsafe = { gatewayUrl: 'http://gateway.example', token: new Sensitive('the-token'), consumer: CONSUMER };
    await expect(connect(unsafe)).rejects.toThrow('must be https');
  });
});
