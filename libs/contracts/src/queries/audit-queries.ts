import { z } from 'zod';
import { LogHead } from '../events/log-events.ts';
import { ConsumerName, CredentialId, Epoch, Incarnation } from '../words.ts';
import { AuditEntry } from './views.ts';

/** Something that is not as audit witnessed it; `position` where it is about one event of the log. */
export const Conviction = z.object({ position: z.int().nullable(), sentence: z.string() });
export type Conviction = z.infer<typeof Conviction>;

/** The audit log being made anew from the log's first event, or the last time that it was. */
export const RebuildView = z.object({
  generation: z.int(),
  state: z.enum(['building', 'served', 'refused']),
  position: z.int(),
  refusedBecause: z.string().nullable(),
  /** Digests over all entries up to one position: of the rebuilt ones, and of those that they replaced. */
  compared: z.object({ upTo: z.int(), digest: z.string(), replacedDigest: z.string() }).nullable(),
});
export type RebuildView = z.infer<typeof RebuildView>;

/** How many events of the vault audit has not come to, and since when there are any. */
export const Behind = z.object({ events: z.int(), since: z.iso.datetime() });

/** How far audit is, what keeps it from going on, and of what it convicts the log. */
export const AuditStatus = z.object({
  projectedTo: z.int(),
  behind: Behind.nullable(),
  troubles: z.array(z.string()),
  convictions: z.array(Conviction),
});
export type AuditStatus = z.infer<typeof AuditStatus>;

/** One time that somebody was given a secret, or was refused it: who, when, from where, and why. */
export const AccessEntry = z.object({
  position: z.int(),
  at: z.string(),
  what: z.enum(['revealed', 'fetched', 'resolved', 'used-by-worker', 'compared', 'verified', 'refused']),
  who: z.string(),
  from: z.string().nullable(),
  version: z.int().nullable(),
  fields: z.array(z.string()).nullable(),
  /** The reason given, or what it was for; of a refusal its code. */
  why: z.string(),
  /** Above 1 where one record stands for several refusals. */
  times: z.int(),
});
export type AccessEntry = z.infer<typeof AccessEntry>;

/** The same where the page is about many credentials; null where it was about none that is stored. */
export const AccessOfCredential = AccessEntry.extend({ credentialId: CredentialId.nullable(), address: z.string().nullable() });
export type AccessOfCredential = z.infer<typeof AccessOfCredential>;

const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\0');
const Word = z.string().min(1).max(200).refine(storable, 'holds what no entry holds');
/** A time, or the beginning of a day (UTC). */
const Moment = z.iso.datetime({ offset: true }).or(z.iso.date());

/** What entries have in common, newest first and a page at a time; what isn't said isn't looked at. */
export const AuditFilter = z.object({
  credentialId: CredentialId.optional(),
  /** Who acted, a person or a program: its id or its name, as it is. */
  person: Word.optional(),
  /** Which consumer it is about. */
  consumer: ConsumerName.optional(),
  /** From then on. */
  from: Moment.optional(),
  /** Before then. */
  to: Moment.optional(),
  /** A part of type, who, address, IP address, request id or summary. */
  text: Word.optional(),
  /** The last page's `nextCursor`. */
  cursor: z
    .string()
    .regex(/^[1-9][0-9]{0,14}$/)
    .optional(),
});
export type AuditFilter = z.infer<typeof AuditFilter>;
const AuditSearch = AuditFilter.extend({ limit: z.int().min(1).max(500).default(100) });

/** A rotation as it went, told from what was witnessed; times are null while they are to come. */
export const RotationSummary = z.object({
  credentialId: CredentialId,
  address: z.string(),
  epoch: Epoch,
  status: z.enum(['open', 'completed', 'failed']),
  requestedBy: z.string(),
  requestedAt: z.string(),
  committedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  /** From the request to the end. */
  durationMs: z.number().nullable(),
  /** From the commit to the last acknowledgement of it; null where nobody had to acknowledge. */
  convergenceMs: z.number().nullable(),
  /** How a failed one ended, in a sentence. */
  failure: z.string().nullable(),
});
export type RotationSummary = z.infer<typeof RotationSummary>;

/** What to list of rotations, the newest first. `cursor`: the last page's `nextCursor`. */
export const RotationFilter = z.object({
  credentialId: CredentialId.optional(),
  status: RotationSummary.shape.status.optional(),
  cursor: AuditFilter.shape.cursor,
});
export type RotationFilter = z.infer<typeof RotationFilter>;

/** How often a secret was given out on one day (UTC): to people, to programs that resolved it, and to instances that fetched it. */
export const DayOfUse = z.object({
  credentialId: CredentialId,
  day: z.iso.date(),
  reveals: z.int(),
  resolutions: z.int(),
  fetches: z.int(),
});
export type DayOfUse = z.infer<typeof DayOfUse>;

/** What stood in a log that a restore replaced, behind the event up to which the backup reached. */
export const LostEntry = AuditEntry.extend({
  /** Which of several lost logs: it rises with each restore. */
  generation: z.int(),
});
export type LostEntry = z.infer<typeof LostEntry>;

/** A credential whose data keys were deleted in a lost log. */
export const LostShred = z.object({
  position: z.int().positive(),
  at: z.string(),
  credentialId: CredentialId,
  versions: z.array(z.int()),
  /** What its last event said; null where audit didn't witness that any more. */
  deleted: z
    .object({
      reason: z.string(),
      revoked: z.array(z.int()),
      leftAliveBecause: z.string().optional(),
      backupRetentionDays: z.int().nonnegative(),
    })
    .nullable(),
});
export type LostShred = z.infer<typeof LostShred>;

/** The audit service's queries by wire name. The subject is `querySubject('audit', name)`. */
export const AUDIT_QUERIES_TABLE = {
  'timeline.read': {
    data: z.object({
      credentialId: CredentialId.optional(),
      /** Both ends excluded. */
      after: z.int().nonnegative().default(0),
      before: z.int().positive().optional(),
      /** From which end the page begins, and in which order it is. */
      order: z.enum(['oldest', 'newest']).default('oldest'),
      limit: z.int().min(1).max(500).default(200),
    }),
    answer: z.object({
      items: z.array(AuditEntry),
      projectedTo: z.int(),
      total: z.int(),
      /** Of the whole log, until a person settles them: while there is one, the entries prove nothing. */
      convictions: z.array(Conviction).optional(),
    }),
  },
  /** Who was given the secret of a credential or refused it, newest first. `before`: a position, excluded. */
  'access.read': {
    data: z.object({
      credentialId: CredentialId,
      before: z.int().positive().optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    answer: z.object({ items: z.array(AccessEntry), nextBefore: z.int().nullable(), projectedTo: z.int() }),
  },
  /** What happened, of whatever credential. Who may is in the policy. */
  'audit.entries': {
    data: AuditSearch,
    answer: z.object({
      items: z.array(AuditEntry),
      nextCursor: z.string().nullable(),
      projectedTo: z.int(),
      /** Of the whole log, until a person settles them: while there is one, the entries prove nothing. */
      convictions: z.array(Conviction),
    }),
  },
  /** Who was given a secret or refused it, of whatever credential. Who may is in the policy. */
  'audit.access': {
    data: AuditSearch,
    answer: z.object({ items: z.array(AccessOfCredential), nextCursor: z.string().nullable(), projectedTo: z.int() }),
  },
  'rotations.list': {
    data: RotationFilter.extend({ limit: z.int().min(1).max(200).default(50) }),
    answer: z.object({ items: z.array(RotationSummary), nextCursor: z.string().nullable(), projectedTo: z.int() }),
  },
  /** How many rotations were asked for, completed and failed in the last days, today's included. */
  'rotations.count': {
    data: z.object({ days: z.int().min(1).max(90).default(30) }),
    answer: z.object({ requested: z.int(), completed: z.int(), failed: z.int() }),
  },
  /** For the gateway, about credentials that it was let see: the last days' use, today's included. */
  'usage.read': {
    data: z.object({ credentialIds: z.array(CredentialId).max(200), days: z.int().min(1).max(90).default(30) }),
    answer: z.object({ items: z.array(DayOfUse) }),
  },
  /** What restores from backups have lost, oldest first. `cursor`: the last page's `nextCursor`. */
  'lost.read': {
    data: z.object({
      credentialId: CredentialId.optional(),
      cursor: z
        .string()
        .regex(/^[0-9]{1,9}\.[0-9]{1,15}$/)
        .optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    answer: z.object({ items: z.array(LostEntry), nextCursor: z.string().nullable(), total: z.int() }),
  },
  /**
   * For the vault, after a restore: which credentials were shredded behind `head` by incarnations before this one. `known`: audit has
   * witnessed that very event; while it hasn't, it can say nothing.
   */
  'lost.shreds': {
    data: z.object({
      head: LogHead,
      incarnation: Incarnation,
      after: LogHead.optional(),
      limit: z.int().min(1).max(500).default(100),
    }),
    answer: z.object({
      known: z.boolean(),
      lostTo: z.int().nullable(),
      items: z.array(LostShred),
      next: LogHead.nullable(),
    }),
  },
  /** Whether what the timeline says can be relied on: for whoever shows it. */
  'status.read': { data: z.object({}), answer: AuditStatus },
  /** Compares the vault's head and all stored entries with what was witnessed, now; answers what was found this time. */
  'integrity.check': {
    data: z.object({}),
    answer: z.object({ ok: z.boolean(), found: z.array(Conviction), unread: z.string().nullable() }),
  },
  /** Asks for a rebuild; answers the open one if there is one. For admins. */
  'rebuild.start': { data: z.object({}), answer: RebuildView },
  'rebuild.get': { data: z.object({}), answer: z.object({ rebuild: RebuildView.nullable() }) },
  'health.check': {
    data: z.object({}),
    answer: z.object({ ok: z.boolean(), down: z.array(z.string()), position: z.int(), behind: Behind.nullish() }),
  },
} as const;
export type AuditQueryName = keyof typeof AUDIT_QUERIES_TABLE;
export type AuditQueryInput<Name extends AuditQueryName> = z.input<(typeof AUDIT_QUERIES_TABLE)[Name]['data']>;
export type AuditQueryAnswer<Name extends AuditQueryName> = z.infer<(typeof AUDIT_QUERIES_TABLE)[Name]['answer']>;
