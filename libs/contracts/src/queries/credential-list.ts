import { z } from 'zod';
import { LlmProviderId } from '../credential-types/llm-providers.ts';
import { ProviderName } from '../credential-types/providers.ts';
import { CredentialType } from '../credential-types/registry.ts';
import { Tag } from '../details.ts';
import { PublicFields, Scope, ServiceName } from '../words.ts';
import { AttentionNeed } from './decision-views.ts';
import { CredentialStatus } from './lifecycle-views.ts';
import { CredentialSummary } from './views.ts';

/** The columns that a list can be sorted by. */
export const CREDENTIAL_SORTS = [
  'address',
  'service',
  'name',
  'type',
  'status',
  'version',
  'generation',
  'updated',
  'created',
  'expires',
  'rotated',
  'owner',
] as const;
export const CredentialSort = z.enum(CREDENTIAL_SORTS);
export type CredentialSort = z.infer<typeof CredentialSort>;

/** Which credentials to list. Filters add up: a credential must pass all of them. */
export const CredentialFilter = z.object({
  /**
   * In the address, the display name, a tag, or a label's name or value; upper and lower case are the same. Fewer than three characters
   * must be the whole service or name in the address.
   */
  search: z.string().max(200).optional(),
  scope: Scope.optional(),
  service: ServiceName.optional(),
  credentialType: CredentialType.optional(),
  /** At whose provider its values are. */
  provider: ProviderName.optional(),
  /** Whose key it is, of the providers of language models; others than `user_api_key` are of none. */
  llmProvider: LlmProviderId.optional(),
  status: CredentialStatus.exclude(['deleted']).optional(),
  tag: Tag.optional(),
  owner: z.string().max(200).optional(),
  isDefault: z.boolean().optional(),
  /** Is its current version in use without a test of ours? */
  untested: z.boolean().optional(),
  /** Is its current version older than its schedule wants? */
  overdue: z.boolean().optional(),
  /** Did its provider refuse the current version in the newest test? */
  refused: z.boolean().optional(),
  /** Its value is at least as old: rotated, or else registered, before then. */
  valueBefore: z.iso.datetime({ offset: true }).optional(),
  /** Does a rotation of it need a person: to approve, to bring or remove a value, to look after what is late or left at the provider? */
  needsAttention: z.boolean().optional(),
  /** What for? */
  needs: AttentionNeed.optional(),
  expiresBefore: z.iso.datetime({ offset: true }).optional(),
});
export type CredentialFilter = z.infer<typeof CredentialFilter>;

/** In base64url, and as long as the longest owner, every character of it escaped, comes to. */
export const ListCursor = z.string().regex(/^[A-Za-z0-9_-]{1,2000}$/, 'it is no nextCursor of a list');

/** A page of the list. Without a value in the column, a credential comes last in ascending order and first in descending order. */
export const ListCredentials = CredentialFilter.extend({
  sort: CredentialSort.default('address'),
  order: z.enum(['asc', 'desc']).default('asc'),
  /** The last page's `nextCursor`; it fits only the same sort and order. */
  cursor: ListCursor.optional(),
  limit: z.int().min(1).max(200).default(50),
});
export type ListCredentials = z.infer<typeof ListCredentials>;

export const CredentialPage = z.object({
  items: z.array(CredentialSummary),
  nextCursor: z.string().nullable(),
  /** How many pass the filter: exact up to 10,000, and above that 10,000 with `totalIsAtLeast`. */
  total: z.int(),
  totalIsAtLeast: z.boolean(),
});
export type CredentialPage = z.infer<typeof CredentialPage>;

/** How many, exact up to 10,000; `atLeast`: there are more. */
export const Counted = z.object({ count: z.int(), atLeast: z.boolean() });
export type Counted = z.infer<typeof Counted>;

/** A credential from the vault's own environment variables: for the first hours of an installation. */
export const EnvironmentCredential = z.object({
  service: ServiceName,
  credentialType: CredentialType,
  address: z.string(),
  publicFields: PublicFields,
  masks: z.record(z.string(), z.string()),
  variables: z.array(z.string()),
  /** A stored one answers instead: the variables can go. */
  overruled: z.boolean(),
});
export type EnvironmentCredential = z.infer<typeof EnvironmentCredential>;
