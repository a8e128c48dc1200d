import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { DetailsChange, ExpiresAt, Tags } from '../details.ts';
import { OnBehalfOf } from './llm-commands.ts';
import { Address, ConsumerName, CredentialId, PublicFields, Scope, ServiceName, VersionNumber } from '../words.ts';

/** Changes what is said of a credential beside its value. `isDefault: true` takes the mark from the one that had it. */
export const ChangeDetails = z.object({
  credentialId: CredentialId,
  changes: DetailsChange,
  isDefault: z.boolean().optional(),
  /** Beside whatever tags it has then. */
  addTags: Tags.optional(),
  removeTags: Tags.optional(),
});
export type ChangeDetails = z.infer<typeof ChangeDetails>;

/**
 * Puts a new value of an existing credential in place, without the ceremony of a rotation: staged, tested where there is a test, then
 * committed. Secret fields travel sealed: `{ fields }`. Public fields that are absent stay as they are.
 */
export const StageValue = z.object({
  credentialId: CredentialId,
  publicFields: PublicFields.optional(),
  /** When it ends. Absent: it isn't known, and the old one's date goes with the old one. */
  expiresAt: ExpiresAt.optional(),
  /** Commit it, as untested, even where the provider can't be asked. */
  evenIfUnreachable: z.boolean().optional(),
});
export type StageValue = z.infer<typeof StageValue>;

/**
 * Asks whether a version's secret fields are these, which travel sealed: `{ fields }`. For whoever has a value and wants to know that the
 * vault holds it, without ever taking it out.
 */
export const VerifyValue = z.object({ credentialId: CredentialId, version: VersionNumber });
export type VerifyValue = z.infer<typeof VerifyValue>;
export const ValueVerified = z.object({ credentialId: CredentialId, address: Address, version: VersionNumber, equal: z.boolean() });
export type ValueVerified = z.infer<typeof ValueVerified>;

/** Says who somebody is whom an older system knew by an id of its own. Once said, it stands. */
export const MapLegacyUser = z.object({
  legacyId: z.string().min(1).max(255),
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(255),
});
export type MapLegacyUser = z.infer<typeof MapLegacyUser>;

/** Where a legacy user's credentials go. `issuer` and `subject` are null where nobody has said yet who it is. */
export const LegacyUser = z.object({
  legacyId: z.string(),
  scope: Scope,
  issuer: z.string().nullable(),
  subject: z.string().nullable(),
});
export type LegacyUser = z.infer<typeof LegacyUser>;

/**
 * Asks for the value that a program is to use: the person's own, else the system's (its default first), else the environment's. Allowed to
 * an actor with the role `consumer:<name>`, or with the proof of one of the consumer's API tokens, where a `read` grant covers the address.
 * The answer's secret is `{ fields: Record<string, string> }`, its value `Resolved`.
 */
export const ResolveCredential = z.object({
  consumer: ConsumerName,
  service: ServiceName,
  credentialType: CredentialType,
  /** For whom: their own credential comes first. Only the system's and the environment's where it is absent. */
  user: OnBehalfOf.optional(),
  proof: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'SHA-256 in hex')
    .optional(),
});
export type ResolveCredential = z.infer<typeof ResolveCredential>;

/** What was resolved, without the secret. From the environment it has neither an id nor a version. */
export const Resolved = z.object({
  source: z.enum(['user', 'system', 'environment']),
  credentialId: CredentialId.nullable(),
  address: Address,
  credentialType: CredentialType,
  version: VersionNumber.nullable(),
  generation: z.int().nullable(),
  publicFields: PublicFields,
});
export type Resolved = z.infer<typeof Resolved>;

/** Records that what is known of every credential is taken away; asked before the first page. */
export const RecordExport = z.object({ format: z.enum(['json', 'csv']) });
export type RecordExport = z.infer<typeof RecordExport>;
