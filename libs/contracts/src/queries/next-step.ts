import { z } from 'zod';
import { CredentialType } from '../credential-types/registry.ts';
import { Address, CredentialId, Epoch, Incarnation, PublicFields, Strategy, VersionNumber, VersionStatus } from '../words.ts';

const About = {
  credentialId: CredentialId,
  address: Address,
  epoch: Epoch,
  incarnation: Incarnation,
  /** What the run does or waits for, for people: made by the vault, shown in Temporal, the API and the UI. */
  sentence: z.string(),
  /** Which provider is asked, and how; a vault of before they were said leaves them out, and means Postgres. */
  credentialType: CredentialType.optional(),
  strategy: Strategy.optional(),
  /** The deadline passed and somebody is told, whatever the run goes on with; left out where it isn't so. */
  held: z.literal(true).optional(),
};

/** What finds a version at its provider: a role's name, a token's path. */
const ProviderId = z.string().optional();
/** What else of the credential lives at its provider and is to stay. */
const Kept = z.array(z.string()).optional();
const step = <Name extends string, Shape extends z.ZodRawShape>(name: Name, shape: Shape) =>
  z.object({ step: z.literal(name), ...About, ...shape });

export const KnownVersion = z.object({
  version: VersionNumber,
  status: VersionStatus,
  publicFields: PublicFields,
  /** As far as it is known; a vault of before it was said leaves it out. */
  providerId: ProviderId,
});
export type KnownVersion = z.infer<typeof KnownVersion>;

/** What an epoch still needs: the vault's answer to the worker's only question. A run can die anywhere and ask again. */
export const NextStep = z.discriminatedUnion('step', [
  /** Other persons must approve first, and are waited for: ask again after `waitMs`, or when woken. Nothing is done at the provider before. */
  step('await-approval', { given: z.int(), needed: z.int(), waitMs: z.int() }),
  /** Nobody approved in time. */
  step('fail-approval', { reasonCode: z.string(), why: z.string() }),
  step('stage', { version: VersionNumber, versions: z.array(KnownVersion), kept: Kept, tryId: z.string().optional() }),
  /** A person makes the value, and is waited for: ask again after `waitMs`, or when woken. */
  step('await-value', { version: VersionNumber, waitMs: z.int() }),
  step('fail-value', { version: VersionNumber, reasonCode: z.string(), why: z.string() }),
  step('apply', { version: VersionNumber, owner: PublicFields, publicFields: PublicFields }),
  /** `owner`: for whom the login must act. A vault of before it was said leaves it out. */
  step('test', {
    version: VersionNumber,
    publicFields: PublicFields,
    owner: PublicFields.optional(),
    /** How much longer a provider that can't be asked is waited for: of a value that a person brought, which may have ended the one before. */
    patienceMs: z.int().nonnegative().optional(),
  }),
  step('ask-preflight', { version: VersionNumber }),
  /** Ask again every `pollMs` until it is another step; at most `remainingMs`. `waitingFor`: the instances that have not answered. */
  step('await-preflight', { version: VersionNumber, waitingFor: z.array(z.string()), pollMs: z.int(), remainingMs: z.int() }),
  /** Consumers can't use the version: fail the rotation, nothing is committed. */
  step('fail-preflight', { version: VersionNumber, reasonCode: z.string(), why: z.string() }),
  step('commit', { version: VersionNumber }),
  /** Watch the provider for uses of the old `version`, up to `forMs`, and report; then ask again. `acksMissing`: whom for. */
  step('watch', {
    version: VersionNumber,
    publicFields: PublicFields,
    providerId: ProviderId,
    acksMissing: z.array(z.string()),
    graceMs: z.int(),
    evidenceEveryMs: z.int(),
    forMs: z.int(),
  }),
  /** The deadline passed: record the hold (once), then go on watching. */
  step('hold', { version: VersionNumber, waitingFor: z.string() }),
  /** It is late, and it is time to say so again: record it, then go on watching. */
  step('escalate', { version: VersionNumber, waitingFor: z.string() }),
  step('start-revocation', { version: VersionNumber }),
  /** `endSessions`: it is forced, so whoever is logged in with it is cut off. */
  step('deny-logins', {
    version: VersionNumber,
    publicFields: PublicFields,
    providerId: ProviderId,
    endSessions: z.boolean().optional(),
  }),
  /** A person removes the old value at the provider, and is waited for. */
  step('await-deletion', { version: VersionNumber, waitMs: z.int() }),
  step('soak', { version: VersionNumber, remainingMs: z.int() }),
  step('erase', { version: VersionNumber, publicFields: PublicFields, providerId: ProviderId, kept: Kept }),
  step('complete', {}),
  step('closed', { status: z.enum(['completed', 'failed']) }),
]);
export type NextStep = z.infer<typeof NextStep>;
export type StepName = NextStep['step'];

/** What the sweeper still has to remove at the provider: a candidate of a failed rotation, or what was replaced outside one. */
export const UnsettledCandidate = z.object({
  credentialId: CredentialId,
  address: Address,
  version: VersionNumber,
  epoch: Epoch,
  incarnation: Incarnation,
  providerId: z.string(),
  publicFields: PublicFields,
  /** For how long it has been owed: how patient a worker is that has just started. */
  owedForMs: z.number().optional(),
  /** Rises when the issuer gets another value, with which settling may succeed. */
  issuerGeneration: z.int().optional(),
  credentialType: CredentialType.optional(),
  strategy: Strategy.optional(),
  /** False: it was announced, and its value never came to the vault. */
  hasValue: z.boolean().optional(),
  /** It was announced in a log that a restore cut off: what is there may be in use, and is left alone. */
  isLeftAlone: z.boolean().optional(),
  /**
   * It was in use until somebody replaced it outside a rotation: nobody gets in any more once nobody used it for `graceMs`, which was so where it
   * `isRevoking`, and it is removed `soakMs` later.
   */
  replaced: z.object({ isRevoking: z.boolean(), graceMs: z.int(), soakMs: z.int() }).optional(),
});
export type UnsettledCandidate = z.infer<typeof UnsettledCandidate>;
