import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { IssuerInspection, TestReport, TestVerdict } from '../provider-test.ts';
import { Address, CredentialId, PublicFields, Scope, ServiceName, VersionNumber } from '../words.ts';

const Of = { credentialId: CredentialId };
const VISIBLE = /[\p{L}\p{N}].*[\p{L}\p{N}]/su;

/** Why; at least three characters, two letters or digits among them, so that neither "x" nor what nobody sees is an answer. */
export const Reason = z.string().trim().min(3).max(500).regex(VISIBLE, 'A reason says something: letters or digits are needed.');

export const DisableCredential = z.object({ ...Of, reason: Reason });
export const EnableCredential = z.object({ ...Of, reason: Reason.optional() });

/** Stages a version with these public fields and the present secret ones, and makes it current once it was tested. */
export const EditCredential = z.object({
  ...Of,
  publicFields: PublicFields,
  reason: Reason.optional(),
  /** Commit it, as untested, even where the provider can't be reached for the test. */
  evenIfUnreachable: z.boolean().optional(),
});

/** Asks for a test of the current version, now. Asked again while one is under way, it is that one. */
export const RequestTest = z.object(Of);

/** Makes an older version current again, once it was tested; during a rotation only the version that this rotation takes out of use. */
export const RollBackTo = z.object({
  ...Of,
  version: VersionNumber,
  reason: z.string().trim().min(1).max(500),
  evenIfUnreachable: z.boolean().optional(),
});

/** Nobody revokes it any more: a person says why what is owed at the provider is settled. */
export const SettleLeftover = z.object({ ...Of, version: VersionNumber, reason: Reason.max(300) });

export const CompareVersions = z.object({ ...Of, a: VersionNumber, b: VersionNumber });

/** Revokes at the provider, then shreds. `confirm` is the credential's address, typed. */
export const DeleteCredential = z.object({
  ...Of,
  confirm: z.string().max(300),
  reason: Reason,
  /** Nothing is revoked at the provider, and this says why. */
  leftAliveBecause: Reason.optional(),
});

/**
 * Deletes the one credential of a service and type in a scope, and nothing where there are several: a repeat of it can't mean another one.
 * Nothing is revoked at the provider.
 */
export const DeleteOnlyCredential = z.object({
  scope: Scope,
  service: ServiceName,
  credentialType: CredentialType,
  reason: Reason,
  leftAliveBecause: Reason,
});

export const ChangeRevealPolicy = z.object({ ...Of, revealable: z.boolean() });

/**
 * Asks for a plaintext. It is sealed to the link that the request came with, or to `recipientKey`, the caller's own X25519 public key
 * (base64url): then nobody on the way sees it. The same command id brings the same again, for five minutes.
 */
export const RevealSecret = z.object({
  ...Of,
  version: VersionNumber.optional(),
  /** Names of secret fields; all of them if not said. */
  fields: z.array(z.string().min(1).max(64)).min(1).max(50).optional(),
  reason: Reason,
  recipientKey: z
    .string()
    .regex(/^[A-Za-z0-9_-]{43}$/, 'an X25519 public key is 43 characters of base64url')
    .optional(),
});

/** The worker's word on a version that it was asked to test outside a rotation. `no-test`: its provider module has none. */
export const RecordErrandTested = z.object({
  ...Of,
  version: VersionNumber,
  ...TestReport.shape,
  verdict: z.enum([...TestVerdict.options, 'no-test']),
  /** What came of looking at the issuer, where the errand named one. */
  issuer: IssuerInspection.optional(),
});
/** The worker's word that a version of a credential under deletion is dead at the provider. */
export const RecordErrandRevoked = z.object({ ...Of, version: VersionNumber });

/** `committed`: it is current. `testing`: it becomes current once the worker has tested it. */
export const ChangeOutcome = z.object({
  credentialId: CredentialId,
  version: VersionNumber,
  status: z.enum(['committed', 'testing']),
  /** The credential's generation as it is now. */
  generation: z.int(),
});
export type ChangeOutcome = z.infer<typeof ChangeOutcome>;

/** The same of a value that somebody brought: at a registration, or for a credential that is there. */
export const ValueOutcome = ChangeOutcome.extend({ address: Address });
export type ValueOutcome = z.infer<typeof ValueOutcome>;

/** `testId`: the test that was asked for, by this request or just before it. */
export const TestAskedFor = z.object({ credentialId: CredentialId, version: VersionNumber, testId: z.uuid() });
export type TestAskedFor = z.infer<typeof TestAskedFor>;

export const SwitchOutcome = z.object({ credentialId: CredentialId, status: z.enum(['active', 'disabled']), generation: z.int() });
export type SwitchOutcome = z.infer<typeof SwitchOutcome>;

/** `deleting`: it goes as soon as the worker has revoked these versions at the provider. */
export const DeletionOutcome = z.object({
  credentialId: CredentialId,
  status: z.enum(['deleted', 'deleting']),
  revoking: z.array(VersionNumber),
});
export type DeletionOutcome = z.infer<typeof DeletionOutcome>;

/** What a reveal's answer says beside the secret, whose value is `{ fields }`. */
export const SecretRevealedTo = z.object({
  credentialId: CredentialId,
  address: z.string(),
  version: VersionNumber,
  publicFields: PublicFields,
  /** Where the caller gave a key: HPKE base mode, one message; `aad` is bound to it as UTF-8. */
  sealed: z.object({ enc: z.string(), ciphertext: z.string(), aad: z.string() }).optional(),
});
export type SecretRevealedTo = z.infer<typeof SecretRevealedTo>;

/** How one field differs from version `a` to `b`. Of a secret field there are no values; `unknown` where one can't be opened any more. */
export const FieldDifference = z.object({
  field: z.string(),
  secret: z.boolean(),
  change: z.enum(['same', 'changed', 'added', 'removed', 'unknown']),
  a: z.string().nullable(),
  b: z.string().nullable(),
});
export type FieldDifference = z.infer<typeof FieldDifference>;
export const VersionComparison = z.object({
  credentialId: CredentialId,
  a: VersionNumber,
  b: VersionNumber,
  fields: z.array(FieldDifference),
});
export type VersionComparison = z.infer<typeof VersionComparison>;
