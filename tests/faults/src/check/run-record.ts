import { z } from 'zod';

// All that a run of the matrix is judged by. It holds no secret: of a value only its SHA-256 is here, which is what the provider's log has.

/** A row of the vault's `events`, as it stands there. `xid`: the transaction that wrote it. */
const RecordedEvent = z.object({
  position: z.int(),
  stream: z.string(),
  version: z.int(),
  type: z.string(),
  data: z.string(),
  meta: z.string(),
  recordedAt: z.string(),
  sealedHash: z.string().nullable(),
  sealedDigest: z.string().nullable(),
  prevHash: z.string(),
  hash: z.string(),
  xid: z.string(),
});

/** A line of a subscriber's own log. */
export const LoginLine = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), instance: z.string(), at: z.string() }),
  /** From here on this version is in use. */
  z.object({
    kind: z.literal('changed'),
    instance: z.string(),
    at: z.string(),
    address: z.string(),
    version: z.int(),
    generation: z.int(),
  }),
  /** One use, from its begin to its end; `code` is null where it was let in. `login`: as the provider's log names it, a role or a hash. */
  z.object({
    kind: z.literal('used'),
    instance: z.string(),
    from: z.string(),
    at: z.string(),
    address: z.string(),
    version: z.int(),
    login: z.string(),
    secretHash: z.string(),
    code: z.string().nullable(),
  }),
  /** A try with a version whose revocation is recorded: it shall be refused, and is no use. */
  z.object({
    kind: z.literal('old'),
    instance: z.string(),
    from: z.string(),
    at: z.string(),
    address: z.string(),
    version: z.int(),
    code: z.string().nullable(),
  }),
]);
export type LoginLine = z.infer<typeof LoginLine>;

/** How often a subscriber used a version and was let in, and between when. */
const Uses = z.object({
  instance: z.string(),
  version: z.int(),
  login: z.string(),
  secretHash: z.string(),
  from: z.string(),
  to: z.string(),
  /** When the last of them began; older records don't say. */
  lastFrom: z.string().optional(),
  count: z.int(),
});
/** The longest time that an instance had no use under way, of those between two that were let in, before the first and after the last one. */
const Gap = z.object({ instance: z.string(), from: z.string(), to: z.string() });

const Refused = z.object({ instance: z.string(), version: z.int(), from: z.string(), at: z.string(), code: z.string() });

/** A try with a revoked version; `code` is null where it was let in. */
const OldTry = z.object({ instance: z.string(), version: z.int(), from: z.string(), at: z.string(), code: z.string().nullable() });

/**
 * How often the provider let a login in, by its own log, and between when. `by`: what the caller calls itself there; older records don't say. An
 * instance's uses are called `matrix-<instance>`, its probes and its tries with old versions are not.
 */
const Acceptance = z.object({ login: z.string(), by: z.string().optional(), from: z.string(), to: z.string(), count: z.int() });

/**
 * What the provider has in the end and is ours. `isThere`: a token that is in the account at all, or a role with a password or the right to log in;
 * older records don't say. `mark`: whom it says it belongs to.
 */
const Living = z.object({ login: z.string(), accepts: z.boolean(), isThere: z.boolean().default(false), mark: z.string().nullable() });

/** The row of the vault's own read model. */
const Projection = z.object({ current: z.int().nullable(), generation: z.int(), openEpoch: z.int().nullable() });

/** Roles that appeared during the run, and all tokens, that are neither the issuer's nor any credential's of the matrix. */
const Stranger = z.object({ login: z.string(), name: z.string() });

/** A write of a client: when it was asked and answered, and what it was told. `epoch`: the rotation that it began. */
const ClientCall = z.object({
  client: z.string(),
  key: z.string(),
  what: z.enum(['rotate', 'cancel', 'rotate again']),
  invokedAt: z.string(),
  endedAt: z.string(),
  /** `info`: nobody knows. */
  outcome: z.enum(['ok', 'fail', 'info']),
  said: z.string(),
  epoch: z.int().nullable(),
});
export type ClientCall = z.infer<typeof ClientCall>;

/** What was done to a process, and when: the moment of its SIGKILL or SIGSTOP, not the one of its new start or its wake. */
const Fault = z.object({
  at: z.string(),
  kind: z.enum(['killed', 'paused']),
  /** Instances of subscribers that it hit. */
  subscribers: z.array(z.string()).default([]),
});
export type Fault = z.infer<typeof Fault>;

export const RunRecord = z.object({
  cell: z.string(),
  seed: z.int(),
  bug: z.string().nullable(),
  strategy: z.enum(['chosen', 'issued']),
  credentialId: z.string(),
  address: z.string(),
  began: z.string(),
  fault: Fault,
  ended: z.string(),
  /** Instances that are to work at the end. */
  instances: z.array(z.string()),
  /** The log and the credential as the run found them. */
  opening: z.object({
    position: z.int(),
    hash: z.string(),
    xid: z.string(),
    streams: z.record(z.string(), z.int()),
    version: z.int(),
    /** Older records don't say. */
    generation: z.int().optional(),
    /** The provider's name for it: the role, or the value's SHA-256. */
    login: z.string(),
  }),
  events: z.array(RecordedEvent),
  /** Which event each message of the stream is, in the stream's order; older records don't have them. */
  feed: z.array(z.object({ position: z.int(), hash: z.string() })).optional(),
  entries: z.array(z.object({ position: z.int(), eventId: z.string(), type: z.string(), hash: z.string() })),
  parked: z.int(),
  /** Older records don't have it. */
  projection: Projection.nullish(),
  /** Versions of the credential whose key the vault has. */
  keys: z.array(z.int()),
  changed: z.array(z.object({ instance: z.string(), at: z.string(), version: z.int(), generation: z.int() })),
  uses: z.array(Uses),
  /** One for each instance; older records don't say. */
  gaps: z.array(Gap).default([]),
  refused: z.array(Refused),
  /** Tries that the provider answered; records of before there were any have none. */
  oldTries: z.array(OldTry).optional(),
  accepted: z.array(Acceptance),
  living: z.array(Living),
  /** Older records don't say. */
  strangers: z.array(Stranger).default([]),
  calls: z.array(ClientCall),
  /** Where a value of this credential stands in clear: a log's name. */
  leaks: z.array(z.string()),
  /** What the run waited for in vain, e.g. that another worker takes over; older records don't say. */
  missed: z.array(z.string()).default([]),
  notes: z.array(z.object({ at: z.string(), what: z.string() })),
});
export type RunRecord = z.infer<typeof RunRecord>;
