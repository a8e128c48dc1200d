import { z } from 'zod';

const refusal = <Code extends string, Shape extends z.ZodRawShape>(code: Code, shape: Shape) =>
  z.object({ code: z.literal(code), ...shape });

/** Every "no" of the domain. A code is stable: clients and docs rely on it. */
export const Refusal = z.discriminatedUnion('code', [
  refusal('credential-unknown', {}),
  refusal('credential-exists', {}),
  /** `credentialId`: the one that has it. */
  refusal('address-taken', { address: z.string(), credentialId: z.string().optional() }),
  refusal('issuer-unknown', { issuer: z.string() }),
  refusal('issuer-missing', {}),
  refusal('fields-invalid', { issues: z.array(z.string()) }),
  /** It can be kept and handed out, but not rotated without these public fields. */
  refusal('fields-missing', { fields: z.string() }),
  /** Too many values that it is not were brought lately. */
  refusal('guesses-exhausted', { retryAfterSeconds: z.int() }),
  refusal('legacy-user-mapped', { legacyId: z.string(), scope: z.string() }),
  refusal('nothing-to-resolve', { service: z.string(), credentialType: z.string() }),
  refusal('rotation-open', { epoch: z.int() }),
  refusal('rotation-committed', { epoch: z.int() }),
  refusal('rotation-unfinished', { epoch: z.int() }),
  refusal('rotation-unknown', { epoch: z.int() }),
  refusal('rotation-closed', { epoch: z.int() }),
  refusal('epoch-stale', { epoch: z.int(), latest: z.int() }),
  refusal('nothing-to-rotate', {}),
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
  refusal('revocation-not-proven', { waitingFor: z.string() }),
  refusal('logins-not-denied', { requested: z.int() }),
  refusal('ledger-open', { entries: z.int() }),
  refusal('consumer-unknown', { consumer: z.string() }),
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
  refusal('version-unreadable', { version: z.int() }),
  refusal('command-reused', {}),
  refusal('message-invalid', { issues: z.array(z.string()) }),
  refusal('link-unknown', {}),
  refusal('seal-invalid', {}),
  refusal('seal-expired', {}),
]);
export type Refusal = z.infer<typeof Refusal>;
export type RefusalCode = Refusal['code'];
