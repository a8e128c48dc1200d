import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, RequestError, type NatsConnection } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import {
  durables,
  eventStream,
  inboxPrefixOf,
  mintNatsCreds,
  serviceIdentities,
  subscriberPermissions,
  type NatsPermissions,
} from '../src/index.ts';
import '../src/testing/provided-context.ts';

const orders = { consumer: 'orders', instance: '7f3a', addresses: ['system.postgres.orders'] };
const matrix: Record<string, NatsPermissions> = { ...serviceIdentities, orders_7f3a: subscriberPermissions(orders) };
const connections = new Map<string, NatsConnection>();

const as = (name: string): NatsConnection => connections.get(name)!;

const connectAs = async (name: string, permissions: NatsPermissions, expiresInSec?: number): Promise<NatsConnection> => {
  const limited = expiresInSec === undefined ? {} : { expiresInSec };
  const creds = await mintNatsCreds({ keysDir: inject('natsKeysDir'), name, ...permissions, ...limited });
  return connect({
    servers: inject('natsUrl'),
    authenticator: credsAuthenticator(new TextEncoder().encode(creds)),
    inboxPrefix: inboxPrefixOf(name),
    reconnect: false,
  });
};

/** The server's own word on one publication: a violation, or nothing before its next answer to a ping. */
const mayPublish = async (name: string, subject: string): Promise<boolean> => {
  const connection = await connectAs(name, matrix[name]!);
  try {
    let refused = false;
    const watching = (async () => {
      for await (const status of connection.status()) {
        if (status.type === 'error' && status.error.message.includes('Publish')) refused = true;
      }
    })();
    connection.publish(subject, 'x');
    await connection.flush();
    await connection.close();
    await watching;
    return !refused;
  } finally {
    await connection.close();
  }
};

const maySubscribe = async (name: string, subject: string): Promise<boolean> => {
  const connection = await connectAs(name, matrix[name]!);
  try {
    const subscription = connection.subscribe(subject);
    const refusal = (async () => {
      for await (const _message of subscription);
    })().then(
      () => false,
      () => true,
    );
    await connection.flush();
    await connection.close();
    return !(await refusal);
  } finally {
    await connection.close();
  }
};

beforeAll(async () => {
  for (const [name, permissions] of Object.entries(matrix)) connections.set(name, await connectAs(name, permissions));
  const streams = (await jetstreamManager(as('vault'))).streams;
  await streams.add({ name: eventStream, subjects: ['keyturn.log.>'] }).catch(() => streams.info(eventStream));
});

afterAll(async () => {
  for (const connection of connections.values()) await connection.close();
});

describe('what the identities may publish', () => {
  it.each([
    ['vault', 'keyturn.log.credential.rotated', true],
    ['vault', 'keyturn.evt.system.postgres.orders.credential.rotated', true],
    ['vault', 'keyturn.cmd.vault.epoch.commit', false],
    ['gateway', 'keyturn.cmd.vault.credential.register', true],
    ['gateway', 'keyturn.cmd.vault.rotation.request', true],
    ['gateway', 'keyturn.cmd.vault.epoch.commit', false],
    ['gateway', 'keyturn.cmd.vault.ledger.settle', false],
    ['gateway', 'keyturn.log.credential.rotated', false],
    ['gateway', 'keyturn.sub.orders.7f3a.ack', false],
    ['gateway', `$JS.API.STREAM.DELETE.${eventStream}`, false],
    ['gateway', `$JS.API.STREAM.PURGE.${eventStream}`, false],
    ['gateway', `$JS.API.CONSUMER.DELETE.${eventStream}.${durables.audit}`, false],
    ['gateway', `$JS.API.CONSUMER.MSG.NEXT.${eventStream}.${durables.worker}`, false],
    ['gateway', `$JS.ACK.${eventStream}.${durables.audit}.1.1.1.1.0`, false],
    ['worker', 'keyturn.cmd.vault.epoch.commit', true],
    ['worker', 'keyturn.cmd.vault.ledger.settle', true],
    ['worker', 'keyturn.cmd.vault.credential.register', false],
    ['worker', 'keyturn.evt.system.postgres.orders.credential.rotated', false],
    ['worker', `$JS.API.CONSUMER.MSG.NEXT.${eventStream}.${durables.audit}`, false],
    ['audit', 'keyturn.cmd.vault.credential.register', false],
    ['audit', 'keyturn.log.credential.rotated', false],
    ['audit', `$JS.API.STREAM.UPDATE.${eventStream}`, false],
    ['orders_7f3a', 'keyturn.sub.orders.7f3a.beat', true],
    ['orders_7f3a', 'keyturn.sub.orders.9999.beat', false],
    ['orders_7f3a', 'keyturn.sub.billing.7f3a.beat', false],
    ['orders_7f3a', 'keyturn.cmd.vault.credential.register', false],
    ['orders_7f3a', '$JS.API.INFO', false],
  ])('%s publishing %s: %s', async (name, subject, allowed) => {
    expect(await mayPublish(name, subject)).toBe(allowed);
  });
});

describe('what the identities may hear', () => {
  it.each([
    ['vault', 'keyturn.cmd.vault.>', true],
    ['vault', 'keyturn.sub.*.*.*', true],
    ['vault', '_INBOX_gateway.>', false],
    ['gateway', 'keyturn.cmd.vault.>', false],
    ['gateway', 'keyturn.log.>', false],
    ['gateway', '>', false],
    ['worker', 'keyturn.sub.>', false],
    ['audit', 'keyturn.qry.audit.>', true],
    ['audit', 'keyturn.qry.vault.>', false],
    ['orders_7f3a', 'keyturn.evt.system.postgres.orders.credential.*', true],
    ['orders_7f3a', 'keyturn.evt.system.postgres.billing.credential.*', false],
    ['orders_7f3a', 'keyturn.evt.>', false],
    ['orders_7f3a', '_INBOX_vault.>', false],
  ])('%s subscribing to %s: %s', async (name, subject, allowed) => {
    expect(await maySubscribe(name, subject)).toBe(allowed);
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
      as('orders_7f3a').request('keyturn.sub.orders.7f3a.beat', 'c'),
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
    ] as const) {
      const manager = await jetstreamManager(as(name));
      await manager.consumers.add(eventStream, { durable_name: durable, ack_policy: 'explicit', filter_subjects: ['keyturn.log.>'] });
      const consumer = await jetstream(as(name)).consumers.get(eventStream, durable);
      const message = await consumer.next({ expires: 5_000 });
      expect(message?.seq).toBeLessThanOrEqual(seq);
      expect(await message?.ackAck()).toBe(true);
    }
  });

  it('lets the gateway follow the stream through an ordered consumer', async () => {
    const { seq } = await jetstream(as('vault')).publish('keyturn.log.credential.staged', 'event');
    const consumer = await jetstream(as('gateway')).consumers.get(eventStream, { opt_start_seq: seq, deliver_policy: 'by_start_sequence' });
    const message = await consumer.next({ expires: 5_000 });
    expect(message?.seq).toBe(seq);
  });
});

describe('a user that expires', () => {
  it('is cut off when its time is over', async () => {
    const connection = await connectAs('orders_7f3a', subscriberPermissions(orders), 1);
    const fault = await connection.closed();
    expect(String(fault)).toMatch(/expired/iu);
  });
});
