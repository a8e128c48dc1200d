import { z } from 'zod';

const TAG = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** Key → value, for people and programs to sort by; in clear everywhere. */
export const Labels = z
  .record(z.string().regex(/^[a-z0-9][a-z0-9._/-]{0,62}$/, 'a label’s name is 1 to 63 of a-z, 0-9, ., _, / and -'), z.string().max(200))
  .refine((labels) => Object.keys(labels).length <= 32, 'at most 32 labels');
export type Labels = z.infer<typeof Labels>;

export const Tag = z.string().regex(TAG, 'a tag is 1 to 63 of a-z, 0-9 and -');
export const Tags = z.array(Tag).max(32);
/** For people; in clear everywhere, so nothing secret belongs into it. */
export const Notes = z.string().max(4000);
/** Who answers for it: a person, a team, an address. */
export const Owner = z.string().trim().min(1).max(200);
export const ExpiresAt = z.iso.datetime({ offset: true });

/** Where a credential came from, where it was not typed in. `reference` finds the source row again. */
export const Origin = z.object({
  kind: z.literal('import'),
  source: z.enum(['fernet', 'keycloak', 'env']),
  reference: z.string().min(1).max(300),
  addedAt: z.iso.datetime({ offset: true }).optional(),
  updatedAt: z.iso.datetime({ offset: true }).optional(),
  lastUsedAt: z.iso.datetime({ offset: true }).optional(),
  lastTestedAt: z.iso.datetime({ offset: true }).optional(),
  testStatus: z.string().max(50).optional(),
});
export type Origin = z.infer<typeof Origin>;

/** Why a version is in use without a test of ours. */
export const Untested = z.enum(['import', 'unreachable', 'no-test']);
export type Untested = z.infer<typeof Untested>;

/** What can be said of a credential beside its value. */
export const Details = z.object({
  displayName: z.string().max(200).optional(),
  labels: Labels.optional(),
  notes: Notes.optional(),
  tags: Tags.optional(),
  owner: Owner.optional(),
  expiresAt: ExpiresAt.optional(),
});
export type Details = z.infer<typeof Details>;

/** A change of details: what is absent stays, what is null is cleared, and labels are changed one by one (RFC 7396). */
export const DetailsChange = z.object({
  displayName: z.string().max(200).nullable().optional(),
  labels: z.record(z.string().max(63), z.string().max(200).nullable()).optional(),
  notes: Notes.nullable().optional(),
  tags: Tags.nullable().optional(),
  owner: Owner.nullable().optional(),
  expiresAt: ExpiresAt.nullable().optional(),
});
export type DetailsChange = z.infer<typeof DetailsChange>;

/** Details as an event of their change has them: each one that changed, whole. */
export const ChangedDetails = z.object({
  displayName: z.string().max(200).nullable().optional(),
  labels: Labels.optional(),
  notes: Notes.nullable().optional(),
  tags: Tags.optional(),
  owner: Owner.nullable().optional(),
  expiresAt: ExpiresAt.nullable().optional(),
});
export type ChangedDetails = z.infer<typeof ChangedDetails>;
