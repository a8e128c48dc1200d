import type { Bus, Incoming, Subscribed } from '@keyturn/bus';
import { SUBSCRIBER_REQUESTS, VAULT_COMMANDS, VAULT_QUERIES } from '@keyturn/contracts';
import { extract, noTracer, type Tracer } from '@keyturn/telemetry';
import type { Vault } from '../../app.ts';

const QUEUE = { queue: 'vault', concurrency: 256 } as const;
const PREFIX_TOKENS = 3;

/** `keyturn.cmd.vault.credential.register` → `credential.register`. */
const nameIn = (subject: string): string => subject.split('.').slice(PREFIX_TOKENS).join('.');

/** Lets the vault answer on NATS: commands, queries and subscribers, shared with the other replicas. */
export const serveVault = (bus: Bus, vault: Vault, tracer: Tracer = noTracer): readonly Subscribed[] => {
  /** What the command's events are recorded with: its own span, or, where this process traces nothing, what the sender said. */
  const traceOf = ({ headers }: Incoming): string | undefined => (tracer.active() ?? extract(headers))?.traceparent;
  return [
    bus.serve(VAULT_COMMANDS, QUEUE, (message) => {
      const { subject, payload } = message;
      return vault.command({ subject, type: nameIn(subject), payload, traceparent: traceOf(message) });
    }),
    bus.serve(VAULT_QUERIES, QUEUE, ({ subject, payload }) => vault.query(nameIn(subject), payload)),
    bus.serve(SUBSCRIBER_REQUESTS, QUEUE, (message) => vault.subscriber(message.subject, message.payload, traceOf(message))),
  ];
};
