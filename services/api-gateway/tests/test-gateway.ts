import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NatsBus, connectBus } from '@keyturn/bus';
import { LOG_SUBJECTS, STREAM_NAME, logSubject, querySubject } from '@keyturn/contracts';
import type { PublishedEvent } from '@keyturn/contracts/events';
import {
  binaryCacheDir,
  findBinary,
  freePort,
  gatewayClientId,
  mintNatsCreds,
  natsServer,
  startNats,
  wholeAccount,
} from '@keyturn/dev-stack';
import { readSecretFile } from '@keyturn/service';
import { type Clock, Sensitive, systemClock } from '@keyturn/kernel';
import { noTracer, silentLogger as log } from '@keyturn/telemetry';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { uuidv7 as newId } from 'uuidv7';
import { exchangeOf, openApiContract } from '@keyturn/testkit/open-api';
import { expect, inject } from 'vitest';
import { createApp } from '../src/app.ts';
import { eventFeed } from '../src/clients/event-feed.ts';
import { natsAudit } from '../src/clients/nats-audit.ts';
import { hearEvents } from '../src/clients/nats-events.ts';
import { natsVault } from '../src/clients/nats-vault.ts';
import { createIdentity } from '../src/create-identity.ts';
import { createHttpServer } from '../src/http/create-http-server.ts';
import { sessionRevocations } from '../src/identity/session-revocations.ts';
import { limitsOf } from '../src/limits/limits-of.ts';
import { subscriberJwts } from '../src/identity/subscriber-jwts.ts';
import { readinessOf } from '../src/readiness.ts';

export type TestGateway = {
  readonly url: string;
  readonly port: number;
  readonly natsUrl: string;
  /** Who stands in for the vault, and for audit. */
  readonly vault: NatsBus;
  readonly audit: NatsBus;
  createStream(): Promise<void>;
  deleteStream(): Promise<void>;
  publish(position: number, credentialId?: string): Promise<void>;
  restartNats(): Promise<void>;
  dispose(): Promise<void>;
};

export const CREDENTIAL = '0190c8a0-1111-7000-8000-000000000001';

const startOwnNats = async () => {
  const varDir = await mkdtemp(join(tmpdir(), 'keyturn-gateway-'));
  const server = await startNats({ varDir, binary: await findBinary(natsServer, { env: process.env, cacheDir: binaryCacheDir }) });
  const connectAs = async (name: string): Promise<NatsBus> => {
    const creds = new Sensitive(await readFile(join(server.credsDir, `${name}.creds`), 'utf8'));
    return connectBus({ url: server.url, creds, name, log });
  };
  const connectOwner = async (): Promise<NatsBus> => {
    const creds = new Sensitive(await mintNatsCreds({ keysDir: server.keysDir, name: 'owner', ...wholeAccount }));
    return connectBus({ url: server.url, creds, name: 'owner', log });
  };
  return { server, connectAs, connectOwner, varDir };
};

/** The gateway as its main wires it, on a real socket, a real OIDC provider and a NATS server of the test's own. */
export const testGateway = async (issuer = inject('oidcIssuer'), clock: Clock = systemClock): Promise<TestGateway> => {
  const { server: nats, connectAs, connectOwner, varDir } = await startOwnNats();
  const connecting = [connectAs('gateway'), connectAs('vault'), connectAs('audit'), connectOwner()] as const;
  const [bus, vault, audit, owner] = await Promise.all(connecting);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const oidc = {
    issuer,
    clientId: gatewayClientId,
    clientSecretFile: '',
    audience: 'keyturn-api',
    consumerClaim: 'consumer',
    scope: 'openid profile email',
    tokenCheck: 'signature' as const,
    sessionCheck: 'refresh' as const,
  };
  const clientSecret = readSecretFile(join(inject('oidcDir'), 'gateway-client.secret'));
  const identity = createIdentity({ config: { oidc, publicUrl: url }, clientSecret, sessionKey: new Sensitive('k'.repeat(40)), clock });
  const clients = { vault: natsVault({ bus, clock }), audit: natsAudit({ bus }) };
  const feed = eventFeed();
  const readiness = readinessOf({ ...clients, feed, bus, provider: identity.provider });
  const app = createApp({
    ...identity,
    ...clients,
    revocations: sessionRevocations({ vault: clients.vault, clock }),
    ...limitsOf({ requestsPerMinute: 6_000, clock }),
    feed,
    readiness,
    subscriberJwts: subscriberJwts({
      signingKey: readSecretFile(nats.signer.seedFile),
      account: nats.signer.account,
      natsUrl: nats.url,
      lifetimeSeconds: 300,
    }),
    site: new Map(),
    docs: new Map(),
    publicUrl: url,
    corsOrigins: [],
    streamsPerCaller: 20,
    testWaitMs: 15_000,
    temporalUiUrl: null,
    clock,
    newId,
    log,
    tracer: noTracer,
  });
  const hearing = hearEvents({ bus, feed, log });
  const broken: string[] = [];
  const contract = openApiContract(await (await app.request('/openapi.json')).json());
  const watched = async (request: Request, env: object): Promise<Response> => {
    const response = await app.fetch(request, env);
    broken.push(...(await contract.violations(await exchangeOf(request.method, request.url, response))));
    return response;
  };
  const http = createHttpServer({ fetch: watched, newId, log, https: false });
  await once(http.listen(port, '127.0.0.1'), 'listening');
  const manager = await jetstreamManager(owner.connection, { checkAPI: false });
  vault.serve(querySubject('vault', 'person.sessions'), {}, async () => ({ ok: { revokedBefore: null } }));
  await vault.flush();
  return {
    url,
    port,
    natsUrl: nats.url,
    vault,
    audit,
    createStream: async () => void (await manager.streams.add({ name: STREAM_NAME, subjects: [LOG_SUBJECTS] })),
    deleteStream: async () => void (await manager.streams.delete(STREAM_NAME)),
    publish: async (position, credentialId = CREDENTIAL) => {
      const event = JSON.stringify(publishedAt(position, credentialId));
      await jetstream(vault.connection).publish(logSubject('rotation.completed'), event, { retries: 20 });
    },
    restartNats: () => nats.restart(),
    dispose: async () => {
      feed.close();
      await hearing.stop();
      const closed = once(http, 'close');
      http.close();
      http.closeAllConnections();
      await closed;
      await Promise.all([bus, vault, audit, owner].map((each) => each.close()));
      await nats.stop();
      await rm(varDir, { recursive: true, force: true });
      expect(broken, 'answers that are not as documented').toEqual([]);
    },
  };
};

const publishedAt = (position: number, credentialId: string): PublishedEvent => {
  const recordedAt = '2026-01-02T03:04:05.123456Z';
  return {
    specversion: '1.0',
    id: `1.${position}`,
    source: '/keyturn/vault',
    type: 'rotation.completed',
    subject: `credential-${credentialId}`,
    time: recordedAt,
    datacontenttype: 'application/json',
    data: {
      position,
      stream: `credential-${credentialId}`,
      version: position,
      type: 'rotation.completed',
      data: { credentialId, address: 'system.postgres.orders', epoch: 1 },
      meta: { commandId: `c${position}`, actor: { kind: 'service', id: 'worker' }, incarnation: 1 },
      recordedAt,
      sealedHash: null,
      prevHash: '',
      hash: '',
    },
  };
};
