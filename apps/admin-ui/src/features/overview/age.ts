import type { CredentialType, LlmProviderId } from '@keyturn/contracts';
import type { CredentialSummary, Stats } from '@keyturn/contracts/api';
import type { ListSearch } from '../credentials/list-search.ts';

const DAY_MS = 86_400_000;
export const OLD_DAYS = 90;

/** How many days the present value is old: since its rotation, or since it was registered. */
export const ageInDays = (
  { lastRotatedAt, registeredAt }: Pick<CredentialSummary, 'lastRotatedAt' | 'registeredAt'>,
  nowMs: number,
): number => Math.max(0, Math.floor((nowMs - Date.parse(lastRotatedAt ?? registeredAt)) / DAY_MS));

type Counts = Pick<Stats['credentials']['ages'][number], 'all' | 'over30Days' | 'over90Days'>;

export type AgesOfKind = {
  readonly kind: string;
  /** The list of them. */
  readonly search: ListSearch;
  readonly fresh: number;
  readonly grown: number;
  readonly old: number;
  /** There are more than were counted. */
  readonly atLeast: boolean;
};

const agesOf = (kind: string, search: ListSearch, { all, over30Days, over90Days }: Counts): AgesOfKind => ({
  kind,
  search: { scope: 'system', ...search },
  fresh: all.count - over30Days.count,
  grown: over30Days.count - over90Days.count,
  old: over90Days.count,
  atLeast: all.atLeast,
});

const countOf = ({ fresh, grown, old }: AgesOfKind): number => fresh + grown + old;

/** How many credentials of each kind are how old, the kind with most of them first: LLM keys by whose they are, all others by their type. */
export const agesByKind = (
  { ages, llmAges }: Pick<Stats['credentials'], 'ages' | 'llmAges'>,
  nameOf: (kind: { readonly type: CredentialType } | { readonly llm: LlmProviderId }) => string,
): readonly AgesOfKind[] =>
  [
    ...ages
      .filter(({ credentialType }) => credentialType !== 'user_api_key' || llmAges.length === 0)
      .map(({ credentialType: type, ...counts }) => agesOf(nameOf({ type }), { type }, counts)),
    ...llmAges.map(({ provider: llm, ...counts }) => agesOf(nameOf({ llm }), { llm }, counts)),
  ].toSorted((one, other) => countOf(other) - countOf(one) || one.kind.localeCompare(other.kind));
