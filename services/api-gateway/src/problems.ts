import type { Problem } from '@keyturn/contracts/api';
import type { Refusal, RefusalCode } from '@keyturn/contracts/refusals';

/** What the edge itself says no to, beside the domain's refusals. */
export type EdgeCode =
  | 'unauthenticated'
  | 'token-invalid'
  | 'role-missing'
  | 'consumer-claim-missing'
  | 'on-behalf-of-invalid'
  | 'cross-site-request'
  | 'sign-in-failed'
  | 'request-unreadable'
  | 'request-too-slow'
  | 'headers-too-large'
  | 'expectation-unknown'
  | 'malformed-json'
  | 'media-type-unsupported'
  | 'body-too-large'
  | 'request-invalid'
  | 'idempotency-key-invalid'
  | 'if-match-invalid'
  | 'if-match-missing'
  | 'route-unknown'
  | 'method-not-allowed'
  | 'too-many-requests'
  | 'too-many-guesses'
  | 'too-many-streams'
  | 'streams-used-up'
  | 'vault-unavailable'
  | 'audit-unavailable'
  | 'identity-provider-unavailable'
  | 'events-unavailable'
  | 'outcome-unknown'
  | 'internal';

export type ProblemCode = RefusalCode | EdgeCode;

/** The one place where a "no" meets HTTP. A refusal without a row does not compile. */
export const PROBLEMS = {
  'credential-unknown': { status: 404, title: 'There is no such credential' },
  'credential-exists': { status: 409, title: 'The credential exists already' },
  'credential-disabled': { status: 409, title: 'The credential is disabled' },
  'credential-deleting': { status: 409, title: 'The credential is being deleted' },
  'credential-deleted': { status: 410, title: 'The credential was deleted' },
  'credential-changed': { status: 412, title: 'The credential was changed since you read it' },
  'resource-changed': { status: 412, title: 'It was changed since you read it, or made, or removed' },
  'confirmation-wrong': { status: 422, title: 'What was typed is not the credential’s address' },
  'credential-ambiguous': { status: 409, title: 'Several credentials could be meant; nothing was done' },
  'change-open': { status: 409, title: 'Another version is being tested, to become current' },
  'nothing-to-change': { status: 409, title: 'The fields are what they were' },
  'value-in-use': { status: 409, title: 'The value is the one in use: a rotation needs another one' },
  'test-invalid': { status: 422, title: 'The provider does not accept the value; nothing was changed' },
  'test-forbidden': { status: 422, title: 'The provider knows the account and does not let it do its work; nothing was changed' },
  'test-unreachable': { status: 424, title: 'The value could not be tested; nothing was changed' },
  'test-rate-limited': { status: 424, title: 'The provider takes no more tests just now; nothing was changed' },
  'no-test': { status: 409, title: 'There is no test of it' },
  'announcement-stale': { status: 409, title: 'Another try to have the version issued has begun' },
  'value-not-awaited': { status: 409, title: 'The rotation waits for no value of a person' },
  'deletion-not-awaited': { status: 409, title: 'The rotation waits for nobody to remove the old value' },
  'version-revoked': { status: 409, title: 'The version is revoked' },
  'version-discarded': { status: 409, title: 'The version was discarded' },
  'version-held': { status: 409, title: 'Consumers still hold a version of it' },
  'issuer-in-use': { status: 409, title: 'Other credentials are managed with it' },
  'revocation-impossible': { status: 409, title: 'It can’t be revoked at the provider; say why it is left alive there' },
  'not-revealable': { status: 403, title: 'The secret is not shown to anybody' },
  'tier-too-low': { status: 403, title: 'Your plan has no keys of your own' },
  'recent-login-required': { status: 403, title: 'Sign in again first' },
  'address-taken': { status: 409, title: 'Another credential has this address' },
  'issuer-unknown': { status: 422, title: 'There is no such issuer credential' },
  'issuer-unfit': { status: 422, title: 'The issuer is of a type that makes no such values' },
  'issuer-elsewhere': { status: 409, title: 'The credential is at another server than its issuer' },
  'issuer-missing': { status: 409, title: 'The credential has no issuer to rotate it with' },
  'fields-invalid': { status: 422, title: 'The fields do not fit the credential type' },
  'policy-invalid': { status: 422, title: 'The settings of the policy contradict one another' },
  'secret-needed': { status: 403, title: 'This says where the secret is sent' },
  'fields-missing': { status: 409, title: 'The credential lacks fields that a rotation needs' },
  'legacy-user-oneself': { status: 403, title: 'Nobody maps a user of the older system to themselves' },
  'legacy-user-mapped': { status: 409, title: 'This user of the older system is already mapped to somebody else' },
  'nothing-to-resolve': { status: 404, title: 'There is no credential of this service and type for you' },
  'llm-unconfigured': { status: 404, title: 'There is no key of a language model for you' },
  'user-not-shown': { status: 403, title: 'The program has not shown that the user asks through it' },
  'execution-server-unknown': { status: 404, title: 'There is no such execution server' },
  'execution-servers-full': { status: 409, title: 'There are as many execution servers as there may be' },
  'credential-elsewhere': {
    status: 422,
    title: 'There is no such credential where the server is: yours for yours, the system’s for the system’s',
  },
  'rotation-open': { status: 409, title: 'A rotation of this credential is open' },
  'rotation-unknown': { status: 404, title: 'There is no such rotation' },
  'rotation-closed': { status: 409, title: 'The rotation is closed' },
  'approval-missing': { status: 409, title: 'Other persons must approve the rotation first' },
  'approval-not-awaited': { status: 409, title: 'Nothing of the rotation waits to be approved' },
  'approval-too-late': { status: 409, title: 'The time to approve it is over' },
  'approver-asked-for-it': { status: 403, title: 'Nobody decides on what they asked for themselves' },
  'approver-not-a-person': { status: 403, title: 'Only a person approves' },
  'rotation-uncommitted': { status: 409, title: 'The rotation has committed nothing yet' },
  'rotation-not-held': { status: 409, title: 'The rotation is not held: its deadline has not passed' },
  'rotation-rolled-back': { status: 409, title: 'The rotation was rolled back: name the version that is to be revoked' },
  'force-awaits-approval': { status: 409, title: 'Somebody asked to force it already: approve or reject that' },
  'force-cuts-off-others': { status: 409, title: 'The force would cut off others than was said' },
  'epoch-stale': { status: 409, title: 'A newer rotation has begun' },
  'nothing-to-rotate': { status: 409, title: 'The credential has no current version to rotate' },
  'nothing-to-roll-back': { status: 409, title: 'There is no version to roll back to' },
  'rotation-committed': { status: 409, title: 'The rotation has committed its version already' },
  'rotation-unfinished': { status: 409, title: 'The rotation still has steps to do' },
  'version-unknown': { status: 404, title: 'There is no such version' },
  'version-not-pending': { status: 409, title: 'The version is not pending' },
  'version-not-applied': { status: 409, title: 'The version is not applied at the provider' },
  'version-untested': { status: 409, title: 'The version was not tested' },
  'version-not-preflighted': { status: 409, title: 'The consumers have not shown that the version works for them' },
  'preflight-not-asked': { status: 409, title: 'The instance is not asked to try a pending version' },
  'version-not-superseded': { status: 409, title: 'The version is not superseded' },
  'version-not-revoking': { status: 409, title: 'The version is not being revoked' },
  'version-not-discarding': { status: 409, title: 'The version is not being discarded' },
  'version-pending': { status: 409, title: 'Another version is pending' },
  'version-out-of-order': { status: 409, title: 'The version is not the next one' },
  'revocation-started': { status: 409, title: 'The revocation has started' },
  'revocation-not-proven': { status: 409, title: 'It is not proven that the old version is unused' },
  'logins-not-denied': { status: 409, title: 'Logins with the version are not denied yet' },
  'ledger-open': { status: 409, title: 'The ledger has unsettled entries' },
  'nothing-left-over': { status: 409, title: 'Nothing of the version is left over' },
  'bulk-rotation-unknown': { status: 404, title: 'There is no such bulk rotation' },
  'bulk-rotation-empty': { status: 422, title: 'There is nothing that it could rotate' },
  'bulk-rotation-too-large': { status: 422, title: 'More credentials fit than one bulk rotation has' },
  'bulk-rotation-over': { status: 409, title: 'The bulk rotation is over' },
  'bulk-rotation-not-paused': { status: 409, title: 'The bulk rotation is not paused' },
  'bulk-member-not-waiting': { status: 409, title: 'It is not this credential’s turn in the bulk rotation' },
  'consumer-unknown': { status: 403, title: 'There is no such consumer' },
  'consumer-not-registered': { status: 404, title: 'No consumer of this name is registered' },
  'api-token-invalid': { status: 401, title: 'The API token is not accepted' },
  'api-token-unknown': { status: 404, title: 'There is no such API token' },
  'grant-missing': { status: 403, title: 'The consumer has no grant for this address' },
  'not-allowed': { status: 403, title: 'This is not allowed to you' },
  'ack-invalid': { status: 422, title: 'The acknowledgement proves nothing' },
  'ack-stale': { status: 409, title: 'The acknowledgement is of another generation' },
  'kek-unknown': { status: 404, title: 'The key is not in the ring, or not on this host of the vault' },
  'kek-not-added': { status: 409, title: 'The key is past the state in which it could be activated' },
  'kek-not-everywhere': { status: 409, title: 'Not every replica of the vault holds the key yet' },
  'kek-not-retiring': { status: 409, title: 'The key is in use' },
  'kek-in-use': { status: 409, title: 'Something is still wrapped under the key: re-wrap first' },
  'kek-exhausted': { status: 507, title: 'The KEK has wrapped as many keys as it may: rotate the KEK' },
  'rewrap-running': { status: 409, title: 'A re-wrap is under way' },
  'backup-unconfigured': { status: 409, title: 'Backups over the API are not set up on this host of the vault' },
  'backup-running': { status: 409, title: 'Another backup is under way' },
  'backup-unknown': { status: 404, title: 'There is no such backup' },
  'restore-unchecked': { status: 409, title: 'The log was restored from a backup, and what it brought back is not tested yet' },
  'nothing-to-release': { status: 409, title: 'Nothing is held back: everything is published' },
  'version-unreadable': { status: 500, title: 'The stored version does not open; the log says why' },
  'guesses-exhausted': { status: 429, title: 'Too many wrong values were brought; wait' },
  'command-reused': { status: 409, title: 'The idempotency key was used for another request' },
  'message-invalid': { status: 422, title: 'The vault did not understand the request' },
  'link-unknown': { status: 503, title: 'The sealed link to the vault was lost; repeat the request' },
  'seal-invalid': { status: 400, title: 'The sealed part does not open' },
  'seal-expired': { status: 400, title: 'The sealed part is too old' },
  unauthenticated: { status: 401, title: 'Sign in, or send a bearer token' },
  'token-invalid': { status: 401, title: 'The bearer token is not accepted' },
  'role-missing': { status: 403, title: 'Your roles do not allow this' },
  'consumer-claim-missing': { status: 403, title: 'The token speaks for no consumer' },
  'on-behalf-of-invalid': { status: 401, title: 'The token in X-On-Behalf-Of is no good access token of a person' },
  'cross-site-request': { status: 403, title: 'The request did not come from the admin page' },
  'sign-in-failed': { status: 400, title: 'The sign-in was not completed' },
  'request-unreadable': { status: 400, title: 'This is no HTTP request, or its address or Host is none' },
  'request-too-slow': { status: 408, title: 'The request did not come in time' },
  'headers-too-large': { status: 431, title: 'The headers together are larger than 16 KiB' },
  'expectation-unknown': { status: 417, title: 'Of what can be expected there is only 100-continue' },
  'malformed-json': { status: 400, title: 'The body is not JSON' },
  'media-type-unsupported': { status: 415, title: 'The body must be application/json' },
  'body-too-large': { status: 413, title: 'The body is larger than 256 KiB' },
  'request-invalid': { status: 422, title: 'The request does not fit its schema' },
  'idempotency-key-invalid': { status: 400, title: 'An Idempotency-Key has 1 to 200 visible characters' },
  'if-match-invalid': { status: 400, title: 'If-Match is one ETag, or *' },
  'if-match-missing': { status: 428, title: 'Send If-Match: the ETag of what you read, or *' },
  'route-unknown': { status: 404, title: 'There is nothing here' },
  'method-not-allowed': { status: 405, title: 'The method is not allowed here' },
  'too-many-requests': { status: 429, title: 'You ask more often than one identity may; wait' },
  'too-many-guesses': { status: 429, title: 'Too many tokens from this address were not good; wait' },
  'streams-used-up': { status: 429, title: 'You have as many event streams open as one caller may; close one' },
  'too-many-streams': { status: 503, title: 'Too many event streams are open' },
  'vault-unavailable': { status: 503, title: 'The vault is not reachable; nothing was done' },
  'audit-unavailable': { status: 503, title: 'The audit service is not reachable' },
  'identity-provider-unavailable': { status: 503, title: 'The identity provider is not reachable' },
  'events-unavailable': { status: 503, title: 'The event stream is not reachable' },
  'outcome-unknown': { status: 504, title: 'The outcome is unknown; repeat with the same idempotency key' },
  internal: { status: 500, title: 'Something broke; the log has it under this request id' },
} as const satisfies Record<ProblemCode, { status: number; title: string }>;

export type ProblemDetails = {
  readonly detail?: string;
  readonly errors?: NonNullable<Problem['errors']>;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A returned "no" of the edge. */
export type EdgeProblem = ProblemDetails & { readonly code: ProblemCode };

/** Builds the RFC 9457 document. `type` is relative on purpose: its last segment is the stable code. */
export const problemBody = (code: ProblemCode, instance: string, { detail, errors }: ProblemDetails = {}): Problem => ({
  type: `/problems/${code}`,
  title: PROBLEMS[code].title,
  status: PROBLEMS[code].status,
  code,
  instance,
  ...(detail === undefined ? {} : { detail }),
  ...(errors === undefined ? {} : { errors: [...errors] }),
});

export const problemResponse = (code: ProblemCode, instance: string, details: ProblemDetails = {}): Response =>
  Response.json(problemBody(code, instance, details), {
    status: PROBLEMS[code].status,
    headers: { ...defaultHeaders(code), ...details.headers, 'content-type': 'application/problem+json' },
  });

/** A "no" that ends by itself, and when. */
export const waitResponse = (code: ProblemCode, instance: string, seconds: number): Response =>
  problemResponse(code, instance, { headers: { 'retry-after': String(seconds) } });

const defaultHeaders = (code: ProblemCode): Record<string, string> => {
  if (code === 'unauthenticated') return { 'www-authenticate': 'Bearer realm="keyturn"' };
  if (code === 'token-invalid' || code === 'api-token-invalid' || code === 'on-behalf-of-invalid')
    return { 'www-authenticate': 'Bearer realm="keyturn", error="invalid_token"' };
  return PROBLEMS[code].status === 503 || PROBLEMS[code].status === 429 ? { 'retry-after': '2' } : {};
};

/** `port: The port is a number.` names its field. */
const issueOf = (issue: string): { path: string; message: string } => {
  const [, path = '', message = issue] = /^([\w.-]+): (.+)$/s.exec(issue) ?? [];
  return { path, message };
};

/** What a refusal's own facts say, none of which is ever a secret; undefined where its code says all. */
export const detailOfRefusal = (refusal: Refusal): string | undefined => {
  if ('issues' in refusal) return refusal.issues.join('; ');
  if ('sentence' in refusal) return refusal.sentence;
  if ('withinSeconds' in refusal) return `For this your sign-in must be at most ${refusal.withinSeconds / 60} minutes old.`;
  const { code: _said, ...facts } = refusal;
  const detail = Object.entries(facts).map(([name, value]) => `${name}: ${value}`);
  return detail.length === 0 ? undefined : detail.join(', ');
};

/** A refusal's own facts become the detail, or the list of errors. */
export const problemOfRefusal = (refusal: Refusal, instance: string): Response => {
  if ('issues' in refusal) {
    return problemResponse(refusal.code, instance, { errors: refusal.issues.map(issueOf) });
  }
  const wait =
    'retryAfterSeconds' in refusal && refusal.retryAfterSeconds !== undefined
      ? { headers: { 'retry-after': String(refusal.retryAfterSeconds) } }
      : {};
  const detail = detailOfRefusal(refusal);
  return problemResponse(refusal.code, instance, { ...(detail === undefined ? {} : { detail }), ...wait });
};
