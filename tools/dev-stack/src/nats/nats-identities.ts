import { inboxPrefix, subscriberSubjects, subscriberUser } from '@keyturn/contracts/subjects';

/** What one NATS user may do. A subject that isn't here is refused by the server. */
export type NatsPermissions = {
  readonly publish: readonly string[];
  readonly subscribe: readonly string[];
  /** May answer a request on the reply subject that it carries, once and within two minutes. */
  readonly allowResponses?: boolean;
};

/** The stream that the vault's relay fills, and the only one. */
export const eventStream = 'KEYTURN_EVENTS';

/** Durable consumers of the stream. Each service may touch its own only. */
export const durables = { worker: 'rotation-worker', audit: 'audit', auditRebuild: 'audit-rebuild' } as const;

/** Connections pass this as `inboxPrefix`: nobody else may listen there. */
export const inboxPrefixOf = inboxPrefix;

const inbox = (identity: string): string => `${inboxPrefixOf(identity)}.>`;

/** Create, read, acknowledge and delete (a start can't be moved, only chosen anew) one durable consumer, and look at the stream. */
const durableOf = (name: string): string[] => [
  '$JS.API.INFO',
  `$JS.API.STREAM.INFO.${eventStream}`,
  `$JS.API.CONSUMER.CREATE.${eventStream}.${name}`,
  `$JS.API.CONSUMER.CREATE.${eventStream}.${name}.>`,
  `$JS.API.CONSUMER.DURABLE.CREATE.${eventStream}.${name}`,
  `$JS.API.CONSUMER.INFO.${eventStream}.${name}`,
  `$JS.API.CONSUMER.DELETE.${eventStream}.${name}`,
  `$JS.API.CONSUMER.MSG.NEXT.${eventStream}.${name}`,
  `$JS.ACK.${eventStream}.${name}.>`,
];

/** What the relay asks of its stream: to make it and to keep its settings, where it ends, and to empty it. No other stream, and no consumer. */
const streamOfRelay = (name: string): string[] => [
  `$JS.API.STREAM.INFO.${name}`,
  `$JS.API.STREAM.CREATE.${name}`,
  `$JS.API.STREAM.UPDATE.${name}`,
  `$JS.API.STREAM.MSG.GET.${name}`,
  `$JS.API.STREAM.PURGE.${name}`,
];

/** The services, each with its own user (design §2, §8). Subscribers are made one by one: `subscriberPermissions`. */
export const serviceIdentities = {
  vault: {
    // of audit it asks one thing: what a log that was lost had deleted
    publish: ['keyturn.log.>', 'keyturn.evt.>', 'keyturn.qry.audit.lost.shreds', ...streamOfRelay(eventStream)],
    subscribe: ['keyturn.cmd.vault.>', 'keyturn.qry.vault.>', 'keyturn.sub.*.*.*', inbox('vault')],
    allowResponses: true,
  },
  gateway: {
    publish: [
      'keyturn.cmd.vault.credential.>',
      'keyturn.cmd.vault.rotation.>',
      'keyturn.cmd.vault.consumer.>',
      'keyturn.cmd.vault.person.>',
      'keyturn.cmd.vault.request.>',
      'keyturn.cmd.vault.key-ring.>',
      'keyturn.cmd.vault.backup.>',
      'keyturn.cmd.vault.bulk-rotation.>',
      'keyturn.cmd.vault.restore.>',
      'keyturn.cmd.vault.legacy-user.>',
      'keyturn.cmd.vault.llm.>',
      'keyturn.cmd.vault.execution-server.>',
      // What people and programs may be told; what the worker and audit ask for themselves isn't among it.
      'keyturn.qry.vault.credential.>',
      'keyturn.qry.vault.rotation.>',
      'keyturn.qry.vault.consumer.>',
      'keyturn.qry.vault.person.>',
      'keyturn.qry.vault.key-ring.>',
      'keyturn.qry.vault.backup.>',
      'keyturn.qry.vault.bulk-rotation.>',
      'keyturn.qry.vault.restore.>',
      'keyturn.qry.vault.legacy-user.>',
      'keyturn.qry.vault.llm.>',
      'keyturn.qry.vault.execution-server.>',
      'keyturn.qry.vault.environment.>',
      'keyturn.qry.vault.settings.>',
      'keyturn.qry.vault.sealing-keys.>',
      'keyturn.qry.vault.health.>',
      'keyturn.qry.audit.>',
    ],
    // The log as it is published. No JetStream: its API delivers wherever it is asked to, so it would be a way to speak on any subject.
    subscribe: ['keyturn.log.>', inbox('gateway')],
  },
  worker: {
    publish: [
      'keyturn.cmd.vault.epoch.>',
      'keyturn.cmd.vault.ledger.>',
      'keyturn.cmd.vault.errand.>',
      'keyturn.qry.vault.epoch.>',
      'keyturn.qry.vault.ledger.>',
      'keyturn.qry.vault.errand.>',
      'keyturn.qry.vault.turn.>',
      'keyturn.qry.vault.sealing-keys.>',
      ...durableOf(durables.worker),
    ],
    // What makes an errand, as it is published: only a hint to look at once.
    subscribe: [
      'keyturn.log.credential.change-asked',
      'keyturn.log.credential.test-asked',
      'keyturn.log.credential.deletion-started',
      inbox('worker'),
    ],
  },
  audit: {
    // the vault's health tells its head, and the query its log: audit compares both with what it witnessed
    publish: [
      'keyturn.qry.vault.health.check',
      'keyturn.qry.vault.log.read',
      ...new Set([...durableOf(durables.audit), ...durableOf(durables.auditRebuild)]),
    ],
    subscribe: ['keyturn.qry.audit.>', inbox('audit')],
    allowResponses: true,
  },
} as const satisfies Record<string, NatsPermissions>;

/** Everything in the account. No service has it: for tests that break or read what no service may. */
export const wholeAccount: NatsPermissions = { publish: ['>'], subscribe: ['>'] };

export type ServiceIdentity = keyof typeof serviceIdentities;

export type Subscriber = {
  readonly consumer: string;
  readonly instance: string;
  /** Address patterns of its grants, in subject form: `system.postgres.orders`, `system.postgres.*`. */
  readonly addresses: readonly string[];
};

export const subscriberName = ({ consumer, instance }: Subscriber): string => subscriberUser(consumer, instance);

/** One process of a consumer: it speaks under its own name, hears the addresses of its grants, and has no JetStream. */
export const subscriberPermissions = ({ consumer, instance, addresses }: Subscriber): NatsPermissions =>
  subscriberSubjects(consumer, instance, addresses);
