import type { Address } from '@keyturn/contracts';
import {
  BackupEvent,
  BulkRotationEvent,
  ConsumerEvent,
  ExecutionServerEvent,
  type Grant,
  IdentityEvent,
  KeyRingEvent,
  LlmEvent,
  LogEvent,
} from '@keyturn/contracts/events';
import { covers, partsOf } from '@keyturn/contracts';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';
import type { z } from 'zod';
import { type Backups, evolveBackups, noBackups } from './backups/state.ts';
import { type BulkRotation, evolveBulkRotation, noBulkRotation } from './bulk-rotations/state.ts';
import { evolve } from './credential/evolve.ts';
import { preflightOf, unanswered } from './credential/preflight.ts';
import { isTestable } from './credential/provider-abilities.ts';
import { openRotation } from './credential/rotation.ts';
import { type Credential, liveVersions, type RegisteredCredential, unregistered, versionOf } from './credential/state.ts';
import { lookAt } from './credential/schedule.ts';
import { summaryOf } from './credential/views.ts';
import { policyInForce } from './credential/waits.ts';
import { emptyRing, evolveRing, type KeyRing } from './key-ring/state.ts';
import { evolveExecutionServers, type ExecutionServers, noExecutionServers } from './execution-servers/state.ts';
import { evolveLlm, type LlmChosen } from './llm/choice.ts';
import { evolveRestores, neverRestored, type Restores } from './restore/state.ts';
import type { CredentialRow, Fold } from './ports/command-log.ts';

/** Who still has to try a pending version: a beat's answer tells them, should they have missed the notice. */
const openPreflight = (state: RegisteredCredential): { readonly version: number; readonly waitingFor: readonly string[] } | null => {
  const rotation = openRotation(state);
  const preflight = rotation?.committedAt === null ? preflightOf(rotation) : null;
  return preflight ? { version: preflight.version, waitingFor: unanswered(preflight) } : null;
};

/** What a search looks through. */
const searchText = ({ address, displayName, tags, labels }: RegisteredCredential): string =>
  [address, displayName ?? '', ...tags, ...Object.entries(labels).map((label) => label.join('='))].join(' ').toLowerCase();

/** What the worker is to do outside rotations, if anything. */
const errandOf = ({ change, testAsked, deletion }: RegisteredCredential): 'test' | 'revoke' | null => {
  if (deletion) return 'revoke';
  return change || testAsked ? 'test' : null;
};

/** When the current version was last found to work or not, and whether that can be found out. */
const testingOf = (state: RegisteredCredential): { readonly testable: boolean; readonly testedAt: string | null } => {
  const current = versionOf(state, state.current);
  if (!current) return { testable: false, testedAt: null };
  const { publicFields, tested, committedAt } = current;
  return { testable: isTestable(state.credentialType, publicFields), testedAt: tested?.at ?? committedAt };
};

/** A deleted credential has no row: its address is free. */
const rowOf = (state: Credential): CredentialRow | null => {
  if (state.status !== 'registered') return null;
  const { credentialId, address, credentialType, generation, updatedAt } = state;
  const summary = summaryOf(state);
  const open = openRotation(state);
  const openEpoch = open?.epoch ?? null;
  const { issuer, ledger } = state;
  const search = searchText(state);
  const body = { ...summary, search, issuer, errand: errandOf(state) };
  const upkeep = {
    ledger,
    preflight: openPreflight(state),
    openTrace: open?.traceparent ?? null,
    openReason: open?.reason ?? null,
    lostAfterMs: policyInForce(state).lostAfterMs,
    live: liveVersions(state),
    settledIn: state.settledIn,
    recheckedIn: state.recheck?.incarnation ?? null,
    ...testingOf(state),
    lookAt: lookAt(state),
  };
  return { credentialId, address, credentialType, status: summary.status, openEpoch, generation, updatedAt, body, upkeep };
};

const CREDENTIAL = 'credential-';

/** Whoever reads a credential mostly gives its secret to somebody, which its access stream records. */
const accessOf = (stream: string): readonly string[] => [streamOf.access(stream.slice(CREDENTIAL.length))];

export const credentialFold: Fold<Credential> = { initial: unregistered, beside: accessOf, evolve, row: rowOf };

export type ApiToken = {
  readonly tokenId: string;
  readonly hash: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
};
export type Consumer = {
  readonly grants: readonly z.infer<typeof Grant>[];
  readonly owner: string | null;
  readonly registeredAt: string;
  readonly tokens: readonly ApiToken[];
};

const evolveConsumer = (state: Consumer | null, { type, data }: ConsumerEvent, at: string): Consumer | null => {
  switch (type) {
    case 'consumer.registered':
      return {
        grants: data.grants,
        owner: data.owner === undefined ? (state?.owner ?? null) : data.owner,
        registeredAt: state?.registeredAt ?? at,
        tokens: state?.tokens ?? [],
      };
    case 'consumer.token-issued': {
      const { tokenId, hash, expiresAt } = data;
      return state && { ...state, tokens: [...state.tokens, { tokenId, hash, createdAt: at, expiresAt, revokedAt: null }] };
    }
    case 'consumer.token-revoked':
      return (
        state && { ...state, tokens: state.tokens.map((token) => (token.tokenId === data.tokenId ? { ...token, revokedAt: at } : token)) }
      );
    case 'subscriber.credentials-issued':
    case 'lease.ended':
      return state; // they stand on the instance's own stream
  }
};

/** What a registration sets, and another one replaces. */
export const consumerContent = ({ grants, owner }: Consumer) => ({ grants, owner });

export const consumerFold: Fold<Consumer | null> = {
  initial: null,
  evolve: (state, { type, data, recordedAt }) => evolveConsumer(state, ConsumerEvent.parse({ type, data }), recordedAt),
};

export const keyRingFold: Fold<KeyRing> = {
  initial: emptyRing,
  evolve: (ring, { type, data, recordedAt }) => evolveRing(ring, KeyRingEvent.parse({ type, data }), recordedAt),
};

export const backupsFold: Fold<Backups> = {
  initial: noBackups,
  evolve: (backups, recorded) => evolveBackups(backups, BackupEvent.parse({ type: recorded.type, data: recorded.data }), recorded),
};

export const bulkRotationFold: Fold<BulkRotation | null> = {
  initial: noBulkRotation,
  evolve: (bulk, { type, data, recordedAt, meta }) =>
    evolveBulkRotation(bulk, BulkRotationEvent.parse({ type, data }), { at: recordedAt, actor: meta.actor }),
};

export const restoresFold: Fold<Restores> = {
  initial: neverRestored,
  evolve: (restores, recorded) => evolveRestores(restores, LogEvent.parse({ type: recorded.type, data: recorded.data }), recorded),
};

/** Reveals, refusals and leases: recorded, and never folded. */
export const accessFold: Fold<null> = { initial: null, undecided: true, evolve: () => null };

/** Which credential is its service's default in its scope. */
export const defaultFold: Fold<string | null> = {
  initial: null,
  evolve: (state, { type, data }) => {
    const event = IdentityEvent.parse({ type, data });
    if (event.type === 'default.set') return event.data.credentialId;
    return event.type === 'default.cleared' && event.data.credentialId === state ? null : state;
  },
};

export type LegacyMapping = { readonly issuer: string; readonly subject: string; readonly scope: string };

/** Who somebody is whom an older system knew by an id of its own. */
export const legacyUserFold: Fold<LegacyMapping | null> = {
  initial: null,
  evolve: (state, { type, data }) => {
    const event = IdentityEvent.parse({ type, data });
    if (event.type !== 'legacy-user.mapped') return state;
    const { issuer, subject, scope } = event.data;
    return { issuer, subject, scope };
  },
};

/** What is chosen in a scope of language models. */
export const llmFold: Fold<LlmChosen | null> = {
  initial: null,
  evolve: (_state, { type, data, recordedAt }) => evolveLlm(LlmEvent.parse({ type, data }), recordedAt),
};

/** The execution servers of a scope. */
export const executionServersFold: Fold<ExecutionServers> = {
  initial: noExecutionServers,
  evolve: (servers, { type, data, recordedAt }) => evolveExecutionServers(servers, ExecutionServerEvent.parse({ type, data }), recordedAt),
};

/** Until when a person's sessions are revoked; null where none ever was. */
export const personFold: Fold<string | null> = {
  initial: null,
  evolve: (state, { type, data }) => {
    const event = IdentityEvent.parse({ type, data });
    return event.type === 'person.sessions-revoked' ? event.data.before : state;
  },
};

export const streamOf = {
  credential: (credentialId: string) => `${CREDENTIAL}${credentialId}`,
  keyRing: 'key-ring',
  log: 'log',
  backups: 'backups',
  bulkRotation: (bulkId: string) => `bulk-rotation-${bulkId}`,
  access: (about: string) => `access-${about}`,
  default: (scope: string, service: string) => `default-${scope}.${service}`,
  legacyUser: (legacyScope: string) => `legacy-${legacyScope}`,
  consumer: (consumer: string) => `consumer-${consumer}`,
  executionServers: (scope: string) => `execution-servers-${scope}`,
  llm: (scope: string) => `llm-${scope}`,
  person: (personId: string) => `person-${personId}`,
  lease: (consumer: string, instance: string) => `lease-${consumer}.${instance}`,
} as const;

/** ADR-0021: `*` in place of a scope means the system's. Whose else it is, a grant says by name. */
const namesScope = (pattern: string, address: Address): boolean => {
  const { scope } = partsOf(address);
  return scope === SYSTEM_SCOPE || partsOf(pattern).scope === scope;
};

export const mayDo = (consumer: Consumer | null, action: 'read' | 'preflight' | 'ack', address: Address): boolean =>
  consumer?.grants.some(({ action: can, pattern }) => can === action && covers(pattern, address) && namesScope(pattern, address)) ?? false;
