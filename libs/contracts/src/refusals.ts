import { z } from 'zod';

const refusal = <Code extends string, Shape extends z.ZodRawShape>(code: Code, shape: Shape) =>
  z.object({ code: z.literal(code), ...shape });

/** Every "no" of the domain. A code is stable: clients and docs rely on it. */
export const Refusal = z.discriminatedUnion('code', [
  refusal('credential-unknown', {}),
  refusal('credential-exists', {}),
  refusal('credential-disabled', {}),
  refusal('credential-deleting', {}),
  refusal('credential-deleted', {}),
  /** Decided on another revision than the one that it is at. */
  refusal('credential-changed', { revision: z.string() }),
  refusal('resource-changed', { revision: z.string() }),
  refusal('confirmation-wrong', {}),
  /** Several are there where one was to be meant: nothing was done. */
  refusal('credential-ambiguous', { sentence: z.string() }),
  refusal('change-open', { version: z.int() }),
  refusal('nothing-to-change', {}),
  refusal('value-in-use', { version: z.int() }),
  /** The provider's word on a value that somebody brought, in our own sentence: nothing was changed. */
  refusal('test-invalid', { sentence: z.string() }),
  refusal('test-forbidden', { sentence: z.string() }),
  /** Nobody could be asked: the provider, or whoever asks it. */
  refusal('test-unreachable', { sentence: z.string() }),
  refusal('test-rate-limited', { sentence: z.string(), retryAfterSeconds: z.int().optional() }),
  refusal('no-test', { why: z.string() }),
  refusal('version-revoked', { requested: z.int() }),
  refusal('version-discarded', { requested: z.int() }),
  refusal('version-held', { holders: z.array(z.string()) }),
  refusal('issuer-in-use', { credentials: z.array(z.string()) }),
  refusal('revocation-impossible', { why: z.string() }),
  refusal('not-revealable', { why: z.string() }),
  /** Own keys come with some tiers only. */
  refusal('tier-too-low', { sentence: z.string() }),
  refusal('recent-login-required', { withinSeconds: z.int() }),
  /** `credentialId`: the one that has it. */
  refusal('address-taken', { address: z.string(), credentialId: z.string().optional() }),
  refusal('issuer-unknown', { issuer: z.string() }),
  /** The provider's values are issued by credentials of another type. */
  refusal('issuer-unfit', { sentence: z.string() }),
  refusal('issuer-elsewhere', {}),
  refusal('issuer-missing', {}),
  refusal('fields-invalid', { issues: z.array(z.string()) }),
  /** Where the secret is sent is changed by those who may reveal it, or together with the secret. */
  refusal('secret-needed', { sentence: z.string() }),
  /** It can be kept and handed out, but not rotated without these public fields. */
  refusal('fields-missing', { fields: z.string() }),
  /** Too many values that it is not were brought lately. */
  refusal('guesses-exhausted', { retryAfterSeconds: z.int() }),
  /** Nobody says of themselves that they are a user of the older system. */
  refusal('legacy-user-oneself', { sentence: z.string() }),
  refusal('legacy-user-mapped', { legacyId: z.string(), scope: z.string() }),
  refusal('nothing-to-resolve', { service: z.string(), credentialType: z.string() }),
  refusal('llm-unconfigured', { sentence: z.string() }),
  /** The program brought no token of the user that it asks for, and no grant of it names them. */
  refusal('user-not-shown', { consumer: z.string() }),
  refusal('execution-server-unknown', {}),
  refusal('execution-servers-full', { most: z.int() }),
  /** A server is used with a credential of its own scope: whoever says where a secret goes must be whose it is. */
  refusal('credential-elsewhere', { address: z.string() }),
  refusal('rotation-open', { epoch: z.int() }),
  refusal('rotation-committed', { epoch: z.int() }),
  refusal('rotation-unfinished', { epoch: z.int() }),
  refusal('rotation-unknown', { epoch: z.int() }),
  refusal('rotation-closed', { epoch: z.int() }),
  /** Nothing may be done at the provider before other persons approved. */
  refusal('approval-missing', { epoch: z.int(), given: z.int(), needed: z.int() }),
  refusal('approval-not-awaited', { epoch: z.int() }),
  refusal('approval-too-late', { epoch: z.int() }),
  /** Nobody approves or rejects what they asked for themselves. */
  refusal('approver-asked-for-it', { sentence: z.string() }),
  refusal('approver-not-a-person', { sentence: z.string() }),
  /** A force is for a rotation whose deadline passed, after its commit; of one that was rolled back it names the version that is to go. */
  refusal('rotation-uncommitted', { epoch: z.int() }),
  refusal('rotation-not-held', { epoch: z.int() }),
  refusal('rotation-rolled-back', { epoch: z.int(), version: z.int() }),
  refusal('force-awaits-approval', { epoch: z.int() }),
  /** Whoever approves a force approves whom it was said to cut off. */
  refusal('force-cuts-off-others', { sentence: z.string() }),
  refusal('epoch-stale', { epoch: z.int(), latest: z.int() }),
  refusal('nothing-to-rotate', {}),
  /** Another try to have the version issued has begun since. */
  refusal('announcement-stale', { requested: z.int() }),
  /** No person is waited for, to bring a value or to say that the old one is removed. */
  refusal('value-not-awaited', { epoch: z.int() }),
  refusal('deletion-not-awaited', { epoch: z.int() }),
  refusal('version-unknown', { requested: z.int() }),
  refusal('nothing-to-roll-back', {}),
  refusal('version-not-pending', { requested: z.int() }),
  refusal('version-not-applied', { requested: z.int() }),
  refusal('version-untested', { requested: z.int() }),
  refusal('version-not-preflighted', { requested: z.int(), waitingFor: z.string() }),
  refusal('preflight-not-asked', {}),
  refusal('version-not-superseded', { requested: z.int() }),
  refusal('version-not-revoking', { requested: z.int() }),
  refusal('version-not-discarding', { requested: z.int() }),
  refusal('version-pending', { pending: z.int() }),
  refusal('version-out-of-order', { requested: z.int(), expected: z.int() }),
  refusal('revocation-started', { version: z.int() }),
  /** The settings of a policy contradict one another. */
  refusal('policy-invalid', { sentence: z.string() }),
  refusal('revocation-not-proven', { waitingFor: z.string() }),
  refusal('logins-not-denied', { requested: z.int() }),
  refusal('ledger-open', { entries: z.int() }),
  /** The version is owed nowhere, or a rotation retires it. */
  refusal('nothing-left-over', { version: z.int() }),
  refusal('bulk-rotation-unknown', {}),
  /** Nothing fits, or ids of it are no credentials of the system; `sentence` says which. */
  refusal('bulk-rotation-empty', { sentence: z.string() }),
  refusal('bulk-rotation-too-large', { most: z.int() }),
  refusal('bulk-rotation-over', { status: z.string() }),
  refusal('bulk-rotation-not-paused', {}),
  /** The vault's own loop alone meets these: another replica was faster, or its turn has not come. */
  refusal('bulk-member-not-waiting', {}),
  /** Said to a program that speaks for it. */
  refusal('consumer-unknown', { consumer: z.string() }),
  /** Said to whoever looks after consumers. */
  refusal('consumer-not-registered', { consumer: z.string() }),
  refusal('api-token-invalid', {}),
  refusal('api-token-unknown', { tokenId: z.string() }),
  refusal('grant-missing', { consumer: z.string(), address: z.string() }),
  refusal('not-allowed', { action: z.string() }),
  refusal('ack-invalid', {}),
  refusal('ack-stale', { generation: z.int() }),
  refusal('kek-unknown', { kekId: z.string() }),
  refusal('kek-not-added', { kekId: z.string(), state: z.string() }),
  refusal('kek-not-everywhere', { kekId: z.string(), waitingFor: z.string() }),
  refusal('kek-not-retiring', { kekId: z.string(), state: z.string() }),
  refusal('kek-in-use', { kekId: z.string(), rows: z.int() }),
  refusal('kek-exhausted', { kekId: z.string(), wraps: z.int() }),
  refusal('rewrap-running', { runId: z.string() }),
  /** The vault has no folder or no recipients for backups; `why` says which. */
  refusal('backup-unconfigured', { why: z.string() }),
  refusal('backup-running', { backupId: z.string() }),
  refusal('backup-unknown', { backupId: z.string() }),
  /** What a restore brought back is still being tested. */
  refusal('restore-unchecked', {}),
  refusal('nothing-to-release', {}),
  refusal('version-unreadable', { version: z.int() }),
  refusal('command-reused', {}),
  refusal('message-invalid', { issues: z.array(z.string()) }),
  refusal('link-unknown', {}),
  refusal('seal-invalid', {}),
  refusal('seal-expired', {}),
]);
export type Refusal = z.infer<typeof Refusal>;
export type RefusalCode = Refusal['code'];
