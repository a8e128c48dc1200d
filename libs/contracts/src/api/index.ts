import { z } from 'zod';
import { LlmProviderId } from '../credential-types/llm-providers.ts';
import { CredentialType } from '../credential-types/registry.ts';
import { CredentialTypeList, CredentialTypeView } from '../credential-types/type-view.ts';
import * as lifecycle from '../commands/lifecycle-commands.ts';
import { Details, DetailsChange, ExpiresAt, Origin } from '../details.ts';
import { KekId, KekState } from '../events/key-ring-events.ts';
import { FirstPolicy } from '../policy.ts';
import { TestVerdict } from '../provider-test.ts';
import { AUDIT_QUERIES_TABLE, AuditStatus, LostEntry, RebuildView } from '../queries/audit-queries.ts';
import { BackupView, FailedRecheck, RestoreView } from '../queries/backup-views.ts';
import { Counted, CredentialPage, EnvironmentCredential } from '../queries/credential-list.ts';
import { SettingsView } from '../queries/settings-view.ts';
import { KekView, KeyRingView, ReplicaView, RewrapView } from '../queries/key-ring-view.ts';
import {
  ApiTokenView,
  AuditEntry,
  ConsumerView,
  CredentialSummary,
  CredentialView,
  RegisteredConsumer,
  RotationView,
} from '../queries/views.ts';
import { OneShotBox } from '../sealed-box.ts';
import { Address, ConsumerName, CredentialId, InstanceName, NatsPublicKey, PublicFields, Scope } from '../words.ts';

// Bodies of the HTTP API (`/api/v1/admin/…`), camelCase. Secrets arrive in `secretFields` over TLS; the gateway seals them at once.

const SecretFields = z.record(
  z.string().max(64),
  z
    .string()
    .min(1)
    .max(65_536)
    .refine((value) => value.isWellFormed(), 'holds half a character'),
);

/**
 * Either `secretFields` in clear, or `sealed`: `{ fields }` in one HPKE box that only the vault opens. Its context is the subject
 * `keyturn.cmd.vault.credential.register`, the command id (`commandIdFor` of the caller's id and the Idempotency-Key), and `credentialId`,
 * a new UUID. Either `address`, or the names that make it: `service` and `name` as people write them, and `scope` (`system` if not said). */
export const RegisterCredentialBody = z
  .strictObject({
    address: Address.optional(),
    scope: Scope.optional(),
    service: z.string().min(1).max(200).optional(),
    name: z.string().min(1).max(200).optional(),
    credentialType: CredentialType,
    publicFields: PublicFields,
    secretFields: SecretFields.optional(),
    sealed: OneShotBox.optional(),
    credentialId: CredentialId.optional(),
    issuer: CredentialId.nullable().optional(),
    policy: FirstPolicy.optional(),
    ...Details.shape,
    isDefault: z.boolean().optional(),
    origin: Origin.optional(),
    /** Of imports alone: the value is taken as it is, and marked. Any other one is tested where there is a test. */
    untested: z.literal('import').optional(),
    /** Commit it, marked as untested, even where the provider can't be asked. */
    evenIfUnreachable: z.boolean().optional(),
  })
  .refine(
    ({ address, scope, service, name }) =>
      address === undefined
        ? service !== undefined && name !== undefined
        : scope === undefined && service === undefined && name === undefined,
    { path: ['address'], error: 'either an address is needed, or a service and a name' },
  )
  .refine(({ secretFields, sealed }) => (secretFields === undefined) !== (sealed === undefined), {
    path: ['secretFields'],
    error: 'either secretFields are needed, or sealed',
  })
  .refine(({ sealed, credentialId }) => (sealed === undefined) === (credentialId === undefined), {
    path: ['credentialId'],
    error: 'what is sealed is sealed for a credential: its new id comes along, and only then',
  });
export type RegisterCredentialBody = z.infer<typeof RegisterCredentialBody>;

/** Asks whether version `version` is this value; sealed or in clear as at a registration, the context's subject being its own. */
export const VerifyValueBody = z
  .strictObject({ version: z.int().positive(), secretFields: SecretFields.optional(), sealed: OneShotBox.optional() })
  .refine(({ secretFields, sealed }) => (secretFields === undefined) !== (sealed === undefined), {
    path: ['secretFields'],
    error: 'either secretFields are needed, or sealed',
  });
export type VerifyValueBody = z.infer<typeof VerifyValueBody>;

/** A value to be tested at its provider before it is saved; sealed or in clear as at a registration, and in its context. */
export const TryValueBody = z
  .strictObject({
    credentialType: CredentialType,
    publicFields: PublicFields,
    secretFields: SecretFields.optional(),
    sealed: OneShotBox.optional(),
    credentialId: CredentialId.optional(),
  })
  .refine(({ secretFields, sealed }) => (secretFields === undefined) !== (sealed === undefined), {
    path: ['secretFields'],
    error: 'either secretFields are needed, or sealed',
  })
  .refine(({ sealed, credentialId }) => (sealed === undefined) === (credentialId === undefined), {
    path: ['credentialId'],
    error: 'what is sealed is sealed for an id: it comes along, and only then',
  });
export type TryValueBody = z.infer<typeof TryValueBody>;
/** What the provider said; `testing`: the answer could not wait for it. */
export const TriedValue = z.object({
  verdict: z.enum([...TestVerdict.options, 'testing']),
  sentence: z.string().nullable(),
  elapsedMs: z.number().nullable(),
  at: z.string().nullable(),
});
export type TriedValue = z.infer<typeof TriedValue>;
export { ValueVerified } from '../commands/credential-commands.ts';

/** `testing`: the answer could not wait for the test any longer; the version becomes current, or is discarded, all the same. */
export const RegisteredCredential = lifecycle.ValueOutcome;
export type RegisteredCredential = z.infer<typeof RegisteredCredential>;

/** A change of what is said of a credential; null clears, and a label that is null goes. */
export const ChangeDetailsBody = z.strictObject({ ...DetailsChange.shape, isDefault: z.boolean().optional() });
export type ChangeDetailsBody = z.infer<typeof ChangeDetailsBody>;

/**
 * A new value of a credential, sealed or in clear as at a registration, the context's subject being its own. Without `publicFields` they stay
 * as they are; with them they are replaced as a whole.
 */
export const StageValueBody = z
  .strictObject({
    publicFields: PublicFields.optional(),
    secretFields: SecretFields.optional(),
    sealed: OneShotBox.optional(),
    /** When it ends. Absent: it isn't known, and the old one's date goes with the old one. */
    expiresAt: ExpiresAt.optional(),
    /** Commit it, marked as untested, even where the provider can't be asked. */
    evenIfUnreachable: z.boolean().optional(),
  })
  .refine(({ secretFields, sealed }) => (secretFields === undefined) !== (sealed === undefined), {
    path: ['secretFields'],
    error: 'either secretFields are needed, or sealed',
  });
export type StageValueBody = z.infer<typeof StageValueBody>;

/** The new value of an assisted rotation: plain, or sealed where it was typed; and when it ends, if that is known. */
export const GiveValueBody = z
  .strictObject({ secretFields: SecretFields.optional(), sealed: OneShotBox.optional(), expiresAt: ExpiresAt.optional() })
  .refine(({ secretFields, sealed }) => (secretFields === undefined) !== (sealed === undefined), {
    path: ['secretFields'],
    error: 'either secretFields are needed, or sealed',
  });
export type GiveValueBody = z.infer<typeof GiveValueBody>;

/** `unprovenBecause`: the provider was asked and can't say that it is dead; this ends it on your word. */
export const ReportDeletionBody = z.strictObject({ unprovenBecause: z.string().min(1).max(300).optional() });
export type ReportDeletionBody = z.infer<typeof ReportDeletionBody>;

/** `testing`: the answer could not wait for the test, or the provider can't be asked yet, as the sentence says; the rotation tells how it ended. `untested`: there is no test, consumers alone try it. */
export const GivenValue = z.object({
  credentialId: CredentialId,
  epoch: z.int(),
  version: z.int(),
  status: z.enum(['tested', 'testing', 'untested']),
  sentence: z.string().nullable(),
});
export type GivenValue = z.infer<typeof GivenValue>;

export const MapLegacyUserBody = z.strictObject({ issuer: z.string().min(1).max(500), subject: z.string().min(1).max(255) });
export type MapLegacyUserBody = z.infer<typeof MapLegacyUserBody>;

export const EnvironmentList = z.object({ items: z.array(EnvironmentCredential) });
export type EnvironmentList = z.infer<typeof EnvironmentList>;

export const RequestRotationBody = z.strictObject({
  reason: z.enum(['manual', 'compromised']).optional(),
  note: z.string().max(500).optional(),
});
export type RequestRotationBody = z.infer<typeof RequestRotationBody>;

export const RegisterConsumerBody = z.strictObject({
  grants: z.array(z.strictObject({ action: z.enum(['read', 'preflight', 'ack']), pattern: z.string() })).max(100),
  /** Who answers for it: absent stays, null clears. */
  owner: z.string().trim().min(1).max(200).nullable().optional(),
});
export type RegisterConsumerBody = z.infer<typeof RegisterConsumerBody>;

/** `expiresInDays`: 90 if not said. */
export const IssueTokenBody = z.strictObject({ expiresInDays: z.int().min(1).max(366).default(90) });
export type IssueTokenBody = z.input<typeof IssueTokenBody>;
/** The token is in this answer and kept nowhere: only a repeat of the same request under the same key shows it again. */
export const IssuedToken = z.object({ tokenId: z.uuid(), consumer: ConsumerName, token: z.string(), expiresAt: z.string() });
export type IssuedToken = z.infer<typeof IssuedToken>;

/** `POST /api/v1/subscribers/credentials`. `consumer` is needed beside an API token; a token of the sign-in provider names its own. */
export const SubscriberCredentialsBody = z.strictObject({
  consumer: ConsumerName.optional(),
  instance: InstanceName,
  publicKey: NatsPublicKey,
});
export type SubscriberCredentialsBody = z.infer<typeof SubscriberCredentialsBody>;
/** A NATS identity for minutes. `expiresInMs` needs no clock that agrees with ours. */
export const SubscriberCredentials = z.object({
  jwt: z.string(),
  expiresAt: z.iso.datetime(),
  expiresInMs: z.int().positive(),
  natsUrl: z.string(),
  inboxPrefix: z.string(),
  consumer: ConsumerName,
  instance: InstanceName,
  /** The vault's Ed25519 identity, base64url: to be pinned. */
  identityPublicKey: z.string(),
});
export type SubscriberCredentials = z.infer<typeof SubscriberCredentials>;

/** `POST /api/v1/keyring/keys`: a key that stands on the vault's hosts already, by its fingerprint. */
export const AddKekBody = z.strictObject({ kekId: KekId });
export type AddKekBody = z.infer<typeof AddKekBody>;

/** Which key a command of the key ring was about, and what it is now. */
export const KekChanged = z.object({ kekId: KekId, state: KekState });
export type KekChanged = z.infer<typeof KekChanged>;

/** `POST /api/v1/admin/restore/publish`: why nobody waits for the tests that are still open. */
export const PublishRestoredBody = z.strictObject({ reason: z.string().trim().min(1).max(500) });
export type PublishRestoredBody = z.infer<typeof PublishRestoredBody>;

export const BackupList = z.object({ items: z.array(BackupView) });
export type BackupList = z.infer<typeof BackupList>;
export const RestoreStatus = z.object({ restore: RestoreView.nullable() });
export type RestoreStatus = z.infer<typeof RestoreStatus>;
export const LostEntries = AUDIT_QUERIES_TABLE['lost.read'].answer;
export type LostEntries = z.infer<typeof LostEntries>;
export const AuditRebuild = AUDIT_QUERIES_TABLE['rebuild.get'].answer;
export type AuditRebuild = z.infer<typeof AuditRebuild>;

/** What `GET /api/v1/audit/entries` and `…/access` look for; they take a `limit` besides. */
export { AuditFilter } from '../queries/audit-queries.ts';
export const AuditEntryPage = AUDIT_QUERIES_TABLE['audit.entries'].answer;
export type AuditEntryPage = z.infer<typeof AuditEntryPage>;
export const AccessPage = AUDIT_QUERIES_TABLE['audit.access'].answer;
export type AccessPage = z.infer<typeof AccessPage>;

/** What `GET /api/v1/rotations` looks for; it takes a `limit` besides. */
export { RotationFilter, RotationSummary } from '../queries/audit-queries.ts';
export const RotationPage = AUDIT_QUERIES_TABLE['rotations.list'].answer;
export type RotationPage = z.infer<typeof RotationPage>;

const Ages = { all: Counted, over30Days: Counted, over90Days: Counted };

/** `GET /api/v1/stats`: the system's credentials as they are, and the rotations of the last 30 days. */
export const Stats = z.object({
  credentials: z.object({
    all: Counted,
    active: Counted,
    disabled: Counted,
    deleting: Counted,
    untested: Counted,
    expiringIn30Days: Counted,
    expired: Counted,
    overdue: Counted,
    /** Their provider refused them in the newest test. */
    refused: Counted,
    /** A rotation of theirs needs a person. */
    needingAttention: Counted,
    /** Of these: what a rotation left at the provider can't be removed there. */
    leftovers: Counted,
    /** By type, for each that there is one of: all, and those whose value is older than 30 and than 90 days. */
    ages: z.array(z.object({ credentialType: CredentialType, ...Ages })),
    /** Of `user_api_key` once more, by the provider of language models whose key it is. */
    llmAges: z.array(z.object({ provider: LlmProviderId, ...Ages })).default([]),
  }),
  consumers: z.int(),
  rotations: AUDIT_QUERIES_TABLE['rotations.count'].answer,
});
export type Stats = z.infer<typeof Stats>;

export const CredentialList = CredentialPage;
export type CredentialList = z.infer<typeof CredentialList>;
export const ConsumerList = z.object({ items: z.array(ConsumerView) });
export type ConsumerList = z.infer<typeof ConsumerList>;
export const RegisteredConsumerList = z.object({ items: z.array(RegisteredConsumer) });
export type RegisteredConsumerList = z.infer<typeof RegisteredConsumerList>;
export const ApiTokenList = z.object({ items: z.array(ApiTokenView) });
export type ApiTokenList = z.infer<typeof ApiTokenList>;
/** `nextCursor`: goes on in the same order; null where the page was not full. */
export const Timeline = AUDIT_QUERIES_TABLE['timeline.read'].answer.extend({ nextCursor: z.string().nullable().optional() });
export type Timeline = z.infer<typeof Timeline>;

/** RFC 9457. `type` ends in the stable code; `instance` is the request id. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.string(),
  detail: z.string().optional(),
  instance: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Who is signed in, `/api/v1/session`. */
export const Session = z.object({
  id: z.string(),
  name: z.string(),
  roles: z.array(z.string()),
  tier: z.string().nullable(),
  via: z.enum(['cookie', 'bearer']),
  /** Where Temporal's UI is, so that a rotation can link to its run; absent where nobody said. */
  temporalUiUrl: z.url().optional(),
});
export type Session = z.infer<typeof Session>;

/** A message of `/api/v1/events` (SSE): an event's public data; the SSE `id` is its position. */
export const StreamedEvent = z.object({
  position: z.int(),
  type: z.string(),
  at: z.string(),
  credentialId: z.string().nullable(),
  address: z.string().nullable(),
  data: z.unknown(),
});
export type StreamedEvent = z.infer<typeof StreamedEvent>;

export { LegacyUser } from '../commands/credential-commands.ts';
export { CredentialTypeList, CredentialTypeView, EnvironmentCredential, KekView, KeyRingView, ReplicaView, RewrapView, SettingsView };
export { BackupView, FailedRecheck, LostEntry, RebuildView, RestoreView };
export { BackupStartedAnswer, RestorePublished } from '../commands/backup-commands.ts';
export { ApiTokenView, AuditEntry, AuditStatus, ConsumerView, CredentialSummary, CredentialView, RotationView };
export * from './command-refusals.ts';
export * from './bulk-bodies.ts';
export * from './byok-bodies.ts';
export * from './decision-bodies.ts';
export * from './execution-server-bodies.ts';
export * from './export-bodies.ts';
export * from './llm-bodies.ts';
export * from './resolve-bodies.ts';
export * from './schedule-bodies.ts';
export * from './short-form-bodies.ts';
export * from './lifecycle-bodies.ts';
