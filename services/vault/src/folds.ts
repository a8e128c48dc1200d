import type { Address } from '@keyturn/contracts';
import { ConsumerEvent, type Grant, KeyRingEvent } from '@keyturn/contracts/events';
import { covers } from '@keyturn/contracts';
import type { z } from 'zod';
import { evolve } from './credential/evolve.ts';
import { preflightOf, unanswered } from './credential/preflight.ts';
import { type Credential, openRotation, type RegisteredCredential, unregistered } from './credential/state.ts';
import { summaryOf } from './credential/views.ts';
import { emptyRing, evolveRing, type KeyRing } from './key-ring/state.ts';
import type { CredentialRow, Fold } from './ports/command-log.ts';

/** Who still has to try a pending version: a beat's answer tells them, should they have missed the notice. */
const openPreflight = (state: RegisteredCredential): { readonly version: number; readonly waitingFor: readonly string[] } | null => {
  const rotation = openRotation(state);
  const preflight = rotation?.committedAt === null ? preflightOf(rotation) : null;
  return preflight ? { version: preflight.version, waitingFor: unanswered(preflight) } : null;
};

const rowOf = (state: Credential): CredentialRow | null => {
  if (state.status === 'unregistered') return null;
  const { credentialId, address, credentialType, status, generation, updatedAt } = state;
  const open = openRotation(state);
  const openEpoch = open?.epoch ?? null;
  const body = { ...summaryOf(state), ledger: state.ledger, preflight: openPreflight(state), openTrace: open?.traceparent ?? null };
  return { credentialId, address, credentialType, status, openEpoch, generation, updatedAt, body };
};

export const credentialFold: Fold<Credential> = { initial: unregistered, evolve, row: rowOf };

export type ApiToken = { readonly tokenId: string; readonly hash: string; readonly expiresAt: string; readonly isRevoked: boolean };
export type Consumer = { readonly grants: readonly z.infer<typeof Grant>[]; readonly tokens: readonly ApiToken[] };

const evolveConsumer = (state: Consumer | null, { type, data }: ConsumerEvent): Consumer | null => {
  switch (type) {
    case 'consumer.registered':
      return { grants: data.grants, tokens: state?.tokens ?? [] };
    case 'consumer.token-issued': {
      const { tokenId, hash, expiresAt } = data;
      return state && { ...state, tokens: [...state.tokens, { tokenId, hash, expiresAt, isRevoked: false }] };
    }
    case 'consumer.token-revoked':
      return (
        state && { ...state, tokens: state.tokens.map((token) => (token.tokenId === data.tokenId ? { ...token, isRevoked: true } : token)) }
      );
    case 'subscriber.credentials-issued':
    case 'lease.started':
    case 'lease.ended':
      return state; // they stand on the instance's own stream
  }
};

export const consumerFold: Fold<Consumer | null> = {
  initial: null,
  evolve: (state, { type, data }) => evolveConsumer(state, ConsumerEvent.parse({ type, data })),
};

export const keyRingFold: Fold<KeyRing> = {
  initial: emptyRing,
  evolve: (ring, { type, data, recordedAt }) => evolveRing(ring, KeyRingEvent.parse({ type, data }), recordedAt),
};

/** Reveals, refusals and leases: recorded, and never folded. */
export const accessFold: Fold<null> = { initial: null, undecided: true, evolve: () => null };

export const streamOf = {
  credential: (credentialId: string) => `credential-${credentialId}`,
  keyRing: 'key-ring',
  access: (about: string) => `access-${about}`,
  consumer: (consumer: string) => `consumer-${consumer}`,
  lease: (consumer: string, instance: string) => `lease-${consumer}.${instance}`,
} as const;

export const mayDo = (consumer: Consumer | null, action: 'read' | 'preflight' | 'ack', address: Address): boolean =>
  consumer?.grants.some((grant) => grant.action === action && covers(grant.pattern, address)) ?? false;
