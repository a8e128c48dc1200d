import { VAULT_COMMAND_DATA } from '@keyturn/contracts/commands';
import { AUDIT_QUERIES_TABLE, VAULT_QUERIES_TABLE } from '@keyturn/contracts/queries';
import { subscriberSubjects } from '@keyturn/contracts/subjects';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { encodeUser, fmtCreds } from '@nats-io/jwt';
import { createAccount, createUser, fromSeed, type KeyPair } from '@nats-io/nkeys';
import { connect, credsAuthenticator, RequestError, type NatsConnection } from '@nats-io/transport-node';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  durables,
  eventStream,
  inboxPrefixOf,
  mintNatsCreds,
  readSigner,
  serviceIdentities,
  subscriberSignerFile,
  type NatsPermissions,
  type ServiceIdentity,
} from '../src/index.ts';
import '../src/testing/provided-context.ts';
import { covers, IDENTITIES, type Identity, PUBLISH, rowsOf, SUBSCRIBE } from './nats-table.ts';

const ORDERS = 'system.postgres.orders';
const BILLING = 'system.postgres.billing';

const SUBSCRIBERS = {
  orders_a: { consumer: 'orders', instance: 'a', hears: [ORDERS] },
  orders_b: { consumer: 'orders', instance: 'b', hears: [ORDERS] },
  billing_a: { consumer: 'billing', instance: 'a', hears: [BILLING] },
} as const;

type Tags = { readonly consumer: string; readonly instance: string; readonly hears: readonly string[] };
type Forged = { readonly signer?: KeyPair; readonly expiresInSec?: number; readonly user?: object; readonly scoped?: boolean };

const keysDir = (): string => inject('natsKeysDir');
const scopedSigner = (): KeyPair => fromSeed(readFileSync(subscriberSignerFile(keysDir())));

/** As the gateway makes them: the key's scope says what is allowed, the JWT only who it is. */
const subscriberCreds = async ({ consumer, instance, hears }: Tags, forged: Forged = {}): Promise<string> => {
  const user = createUser();
  const tags = [`consumer:${consumer}`, `instance:${instance}`, ...hears.map((pattern) => `hears:${pattern}`)];
  const { signer = scopedSigner(), expiresInSec = 300, user: claims = { tags }, scoped = true } = forged;
  const exp = Math.floor(Date.now() / 1000) + expiresInSec;
  const jwt = await encodeUser(`${consumer}_${instance}`, user, readSigner(keysDir()).account, claims, { signer, scopedUser: scoped, exp });
  return new TextDecoder().decode(fmtCreds(jwt, user));
};

const isSubscriber = (name: Identity): name is keyof typeof SUBSCRIBERS => name in SUBSCRIBERS;
const credsOf = (name: Identity): Promise<string> =>
  isSubscriber(name) ? subscriberCreds(SUBSCRIBERS[name]) : mintNatsCreds({ keysDir: keysDir(), name, ...serviceIdentities[name] });

const connectWith = (creds: string, name: string): Promise<NatsConnection> =>
  connect({
    servers: inject('natsUrl'),
    authenticator: credsAuthenticator(new TextEncoder().encode(creds)),
    inboxPrefix: inboxPrefixOf(name),
    reconnect: false,
  });

const connections = new Map<Identity, NatsConnection>();
const refusals = new Map<Identity, string[]>();
const as = (name: Identity): NatsConnection => connections.get(name)!;

beforeAll(async () => {
  for (const name of IDENTITIES) {
    const connection = await connectWith(await credsOf(name), name);
    const said: string[] = [];
    connections.set(name, connection);
    refusals.set(name, said);
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'error') said.push(status.error.message);
    })();
  }
  const { streams } = await jetstreamManager(as('vault'), { checkAPI: false });
  await streams.add({ name: eventStream, subjects: ['keyturn.log.>'] }).catch(() => streams.info(eventStream));
});

afterAll(async () => {
  for (const connection of connections.values()) await connection.close();
});

/** Who was not refused: the server says each violation before it answers the next ping. */
const whoMay = async (kind: 'Publish' | 'Subscription', subject: string, attempt: (name: Identity) => () => void): Promise<Identity[]> => {
  const words = `${kind} to "${subject}"`;
  const isRefused = (name: Identity): boolean => (refusals.get(name) ?? []).some((said) => said.includes(words));
  const undo = IDENTITIES.map((name) => attempt(name));
  await Promise.all(IDENTITIES.map((name) => as(name).flush()));
  await new Promise((resolve) => void setImmediate(resolve)); // what came is told to the status iterators
  for (const stop of undo) stop();
  return IDENTITIES.filter((name) => !isRefused(name));
};

describe('the table of identities and subjects', () => {
  // An empty body: where the API does take the request, it does nothing with it.
  it.each(rowsOf(PUBLISH))('publishing $subject: $allowed', async ({ subject, allowed }) => {
    const attempt = (name: Identity) => {
      as(name).publish(subject, '{');
      return () => undefined;
    };
    expect(await whoMay('Publish', subject, attempt)).toEqual(allowed);
  });

  it.each(rowsOf(SUBSCRIBE))('hearing $subject: $allowed', async ({ subject, allowed }) => {
    const attempt = (name: Identity) => {
      const subscription = as(name).subscribe(subject, { callback: () => undefined });
      return () => void (subscription.isClosed() || subscription.unsubscribe());
    };
    expect(await whoMay('Subscription', subject, attempt)).toEqual(allowed);
  });

  it('has a column for every service', () => expect(IDENTITIES).toEqual(expect.arrayContaining(Object.keys(serviceIdentities))));

  it.each([
    ['command of the vault', 'keyturn.cmd.vault', VAULT_COMMAND_DATA],
    ['query of the vault', 'keyturn.qry.vault', VAULT_QUERIES_TABLE],
    ['query of audit', 'keyturn.qry.audit', AUDIT_QUERIES_TABLE],
  ])('has a row for the noun of every %s, and none that is about nothing', (_what, prefix, table) => {
    const named = rowsOf(PUBLISH).flatMap(({ subject }) => (subject.startsWith(`${prefix}.`) ? [subject.slice(prefix.length + 1)] : []));
    const nounsOf = (names: readonly string[]) => new Set(names.map((name) => name.split('.')[0]));
    expect(nounsOf(named)).toEqual(nounsOf(Object.keys(table)));
    expect(named.filter((name) => !Object.hasOwn(table, name))).toEqual([]);
  });

  /** What a service is given that no row tries could be anything. */
  const untried = (given: Record<ServiceIdentity, NatsPermissions>): string[] =>
    Object.entries(given).flatMap(([name, { publish, subscribe }]) => {
      const tried = (table: string, pattern: string): boolean =>
        rowsOf(table).some(({ subject, allowed }) => covers(pattern, subject) && allowed.some((each) => each === name));
      return [...publish.filter((each) => !tried(PUBLISH, each)), ...subscribe.filter((each) => !tried(SUBSCRIBE, each))];
    });

  it('has a row for everything that a service is given', () => {
    expect(untried(serviceIdentities)).toEqual([]);
    const { audit } = serviceIdentities;
    const more = {
      ...audit,
      publish: [...audit.publish, 'keyturn.qry.vault.backup.list'],
      subscribe: [...audit.subscribe, 'keyturn.evt.>'],
    };
    expect(untried({ ...serviceIdentities, audit: more })).toEqual(['keyturn.qry.vault.backup.list', 'keyturn.evt.>']);
  });
});

describe('who gets in at all', () => {
  const { orders_a } = SUBSCRIBERS;
  const everything = { pub: { allow: ['>'] }, sub: { allow: ['>'] } };
  it.each([
    ['an expired JWT', () => subscriberCreds(orders_a, { expiresInSec: -1 })],
    ['a JWT of a foreign signing key', () => subscriberCreds(orders_a, { signer: createAccount() })],
    ['a JWT that gives itself permissions', () => subscriberCreds(orders_a, { user: everything })],
    ['a JWT that gives itself permissions without a scope', () => subscriberCreds(orders_a, { user: everything, scoped: false })],
  ])('not who comes with %s', async (_what, creds) => {
    await expect(connectWith(await creds(), 'orders_a')).rejects.toThrow(/Authorization|expired/iu);
  });

  it('not who comes with nothing', async () => {
    await expect(connect({ servers: inject('natsUrl'), reconnect: false })).rejects.toThrow(/Authorization/u);
  });

  it('not who holds the JWT of another, for it is bound to the key', async () => {
    const jwt = /JWT-----\n(.*)\n/u.exec(await subscriberCreds(orders_a))?.[1] ?? '';
    const stolen = new TextDecoder().decode(fmtCreds(jwt, createUser()));
    await expect(connectWith(stolen, 'orders_a')).rejects.toThrow(/Authorization/u);
  });

  it('and whoever is in goes when the JWT ends', async () => {
    const connection = await connectWith(await subscriberCreds(orders_a, { expiresInSec: 3 }), 'orders_a');
    expect(String(await connection.closed())).toMatch(/expired/iu);
  });
});

describe('the scope of the signing key', () => {
  /** Whoever stole the key can be any subscriber, and nothing else. */
  it.each([
    ['a wildcard for a consumer', { consumer: '*', instance: 'a', hears: ['>'] }],
    ['wildcards for everything', { consumer: '*', instance: '*', hears: ['*.*.*', '>'] }],
    ["a service's name", { consumer: 'vault', instance: '>', hears: ['>'] }],
    ['a subject for an instance', { consumer: 'orders', instance: 'a.>', hears: ['system.postgres.orders.credential.x.y'] }],
  ])('makes no service of %s', async (_what, tags) => {
    const connection = await connectWith(await subscriberCreds(tags), 'x').catch(() => null);
    if (connection === null) return; // the server did not even let it in
    const refused: string[] = [];
    void (async () => {
      for await (const status of connection.status()) if (status.type === 'error') refused.push(status.error.message);
    })();
    const published = ['keyturn.cmd.vault.epoch.commit', 'keyturn.qry.vault.credential.get', 'keyturn.log.a.b', '$JS.API.INFO'];
    const heard = ['keyturn.cmd.vault.>', 'keyturn.log.>', '_INBOX_vault.>', '_INBOX_gateway.>', '>'];
    for (const subject of published) connection.publish(subject, '{');
    for (const subject of heard) connection.subscribe(subject, { callback: () => undefined });
    await connection.flush();
    await new Promise((resolve) => void setImmediate(resolve));
    await connection.close();
    expect(refused).toHaveLength(published.length + heard.length);
  });

  it('allows exactly what a subscriber is said to be allowed', () => {
    expect(subscriberSubjects('orders', 'a', [ORDERS])).toEqual({
      publish: ['keyturn.sub.orders.a.>'],
      subscribe: [`keyturn.evt.${ORDERS}.credential.*`, '_INBOX_orders_a.>'],
    });
  });
});

describe('request and reply', () => {
  it('lets the vault answer a request of each kind of asker', async () => {
    const subscriptions = ['keyturn.cmd.vault.>', 'keyturn.sub.*.*.*'].map((subject) =>
      as('vault').subscribe(subject, { callback: (_fault, message) => void message.respond(message.data) }),
    );
    await as('vault').flush();
    const replies = await Promise.all([
      as('gateway').request('keyturn.cmd.vault.credential.register', 'a'),
      as('worker').request('keyturn.cmd.vault.epoch.commit', 'b'),
      as('orders_a').request('keyturn.sub.orders.a.beat', 'c'),
    ]);
    expect(replies.map((reply) => reply.string())).toEqual(['a', 'b', 'c']);
    for (const subscription of subscriptions) subscription.unsubscribe();
    await as('vault').flush();
  });

  it('tells an asker at once that a service is down', async () => {
    await expect(as('gateway').request('keyturn.qry.audit.timeline', '')).rejects.toThrow(RequestError);
  });
});

describe('JetStream', () => {
  it('lets the vault publish, and the worker and audit read through their own durables', async () => {
    const { seq } = await jetstream(as('vault')).publish('keyturn.log.credential.rotated', 'event');
    for (const [name, durable] of [
      ['worker', durables.worker],
      ['audit', durables.audit],
    ] as const satisfies readonly (readonly [ServiceIdentity, string])[]) {
      const manager = await jetstreamManager(as(name));
      await manager.consumers.add(eventStream, { durable_name: durable, ack_policy: 'explicit', filter_subjects: ['keyturn.log.>'] });
      const consumer = await jetstream(as(name)).consumers.get(eventStream, durable);
      const message = await consumer.next({ expires: 5_000 });
      expect(message?.seq).toBeLessThanOrEqual(seq);
      expect(await message?.ackAck()).toBe(true);
    }
  });

  it('tells the gateway what the vault publishes, without its API', async () => {
    const heard = Promise.withResolvers<string>();
    const subscription = as('gateway').subscribe('keyturn.log.>', { callback: (_fault, message) => heard.resolve(message.string()) });
    await as('gateway').flush();
    await jetstream(as('vault')).publish('keyturn.log.credential.staged', 'the event');
    expect(await heard.promise).toBe('the event');
    subscription.unsubscribe();
  });

  /** Why nobody at the edge may use its API: JetStream speaks for itself, wherever it is asked to. */
  it('answers on any subject that an asker names, permissions or not', async () => {
    await jetstream(as('vault')).publish('keyturn.log.credential.staged', 'event');
    const heard = Promise.withResolvers<string>();
    const subscription = as('vault').subscribe('keyturn.cmd.vault.>', { callback: (_fault, message) => heard.resolve(message.subject) });
    await as('vault').flush();
    as('worker').publish(`$JS.API.STREAM.INFO.${eventStream}`, '', { reply: 'keyturn.cmd.vault.credential.register' });
    expect(await heard.promise).toBe('keyturn.cmd.vault.credential.register');
    subscription.unsubscribe();
  });
});
