import type { Bus, Incoming, Subscribed } from '@keyturn/bus';
import { HEADERS, SUBSCRIBER_REQUESTS, VAULT_COMMANDS, VAULT_QUERIES } from '@keyturn/contracts';
import type { Vault } from '../../app.ts';

const QUEUE = { queue: 'vault', concurrency: 256 } as const;
const PREFIX_TOKENS = 3;

/** `keyturn.cmd.vault.credential.register` → `credential.register`. */
const nameIn = (subject: string): string => subject.split('.').slice(PREFIX_TOKENS).join('.');

const traceOf = (message: Incoming): string | undefined => message.headers[HEADERS.traceparent];

/** Lets the vault answer on NATS: commands, queries and subscribers, shared with the other replicas. */
export const serveVault = (bus: Bus, vault: Vault): readonly Subscribed[] => [
  bus.serve(VAULT_COMMANDS, QUEUE, (message) => {
    const { subject, payload } = message;
    return vault.command({ subject, type: nameIn(subject), payload, traceparent: traceOf(message) });
  }),
  bus.serve(VAULT_QUERIES, QUEUE, ({ subject, payload }) => vault.query(nameIn(subject), payload)),
  bus.serve(SUBSCRIBER_REQUESTS, QUEUE, (message) => vault.subscriber(message.subject, message.payload, traceOf(message))),
];
