import type { Address } from '@keyturn/contracts';
import { ConsumerEvent, type Grant } from '@keyturn/contracts/events';
import { covers } from '@keyturn/contracts';
import type { z } from 'zod';
import { evolve } from './credential/evolve.ts';
import { type Credential, openRotation, unregistered } from './credential/state.ts';
import { summaryOf } from './credential/views.ts';
import type { CredentialRow, Fold } from './ports/command-log.ts';

const rowOf = (state: Credential): CredentialRow | null => {
  if (state.status === 'unregistered') return null;
  const { credentialId, address, credentialType, status, generation, updatedAt } = state;
  const open = openRotation(state);
  const openEpoch = open?.epoch ?? null;
  const body = { ...summaryOf(state), ledger: state.ledger, openTrace: open?.traceparent ?? null };
  return { credentialId, address, credentialType, status, openEpoch, generation, updatedAt, body };
};

export const credentialFold: Fold<Credential> = { initial: unregistered, evolve, row: rowOf };

export type Consumer = { readonly grants: readonly z.infer<typeof Grant>[] };

export const consumerFold: Fold<Consumer | null> = {
  initial: null,
  evolve: (state, recorded) => {
    const event = ConsumerEvent.parse({ type: recorded.type, data: recorded.data });
    return event.type === 'consumer.registered' ? { grants: event.data.grants } : state;
  },
};

/** Reveals, refusals and leases: recorded, and never folded. */
export const accessFold: Fold<null> = { initial: null, undecided: true, evolve: () => null };

export const streamOf = {
  credential: (credentialId: string) => `credential-${credentialId}`,
  access: (about: string) => `access-${about}`,
  consumer: (consumer: string) => `consumer-${consumer}`,
  lease: (consumer: string, instance: string) => `lease-${consumer}.${instance}`,
} as const;

export const mayDo = (consumer: Consumer | null, action: 'read' | 'preflight' | 'ack', address: Address): boolean =>
  consumer?.grants.some((grant) => grant.action === action && covers(grant.pattern, address)) ?? false;
