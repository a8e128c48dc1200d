import { CredentialType, LlmProviderId } from '@keyturn/contracts';
import { CREDENTIAL_SORTS, type CredentialSort } from '@keyturn/contracts/queries';

const STATUSES = ['active', 'disabled', 'deleting'] as const;
export type ListedStatus = (typeof STATUSES)[number];
const ORDERS = ['asc', 'desc'] as const;
const DAY_MS = 86_400_000;
const MOST_DAYS = 36_500;

/** What a credential may stand out by; each is asked for or it isn't. */
export const LIST_FLAGS = ['needs', 'refused', 'overdue', 'untested'] as const;
export type ListFlag = (typeof LIST_FLAGS)[number];

/** What the list's address holds: the search, the filters, and the column that sorts it. */
export type ListSearch = {
  readonly q?: string;
  readonly type?: CredentialType;
  /** Whose LLM keys. */
  readonly llm?: LlmProviderId;
  readonly status?: ListedStatus;
  readonly tag?: string;
  readonly owner?: string;
  /** Without the keys that people brought themselves. */
  readonly scope?: 'system';
  /** Their values are of before so many days. */
  readonly olderThan?: number;
  /** They expire within so many days; 0: they have. */
  readonly expiresIn?: number;
  readonly sort?: CredentialSort;
  readonly order?: (typeof ORDERS)[number];
} & { readonly [Flag in ListFlag]?: true };

const oneOf = <Word extends string>(words: readonly Word[], value: unknown): Word | undefined => words.find((word) => word === value);
const flag = (value: unknown): true | undefined => (value === true ? true : undefined);

/** The router reads `?q=5432` as a number. */
const word = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' && text.length <= 200 ? text : undefined;
};

const days = (value: unknown, least: number): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value <= MOST_DAYS ? value : undefined;

/** Reads it out of the address; what doesn't fit is as if it weren't there. */
export const readListSearch = (raw: Readonly<Record<string, unknown>>): ListSearch => {
  const read = {
    q: word(raw['q']),
    type: oneOf(CredentialType.options, raw['type']),
    llm: oneOf(LlmProviderId.options, raw['llm']),
    status: oneOf(STATUSES, raw['status']),
    tag: word(raw['tag']),
    owner: word(raw['owner']),
    scope: oneOf(['system'] as const, raw['scope']),
    olderThan: days(raw['olderThan'], 1),
    expiresIn: days(raw['expiresIn'], 0),
    ...Object.fromEntries(LIST_FLAGS.map((name) => [name, flag(raw[name])])),
    sort: oneOf(CREDENTIAL_SORTS, raw['sort']),
    order: oneOf(ORDERS, raw['order']),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
};

/** Whether anything but the sorting is asked for. */
export const isFiltered = ({ sort: _sort, order: _order, ...filters }: ListSearch): boolean => Object.keys(filters).length > 0;

const inDays = (atMs: number, count: number): string => new Date(atMs + count * DAY_MS).toISOString();

/** The query of the API; days count from `atMs`. */
export const listQuery = (search: ListSearch, atMs: number): Record<string, string> => {
  const { q, type, llm, status, tag, owner, scope, olderThan, expiresIn, sort, order } = search;
  const asked = {
    search: q,
    credentialType: type,
    llmProvider: llm,
    status,
    tag,
    owner,
    scope,
    needsAttention: search.needs && 'true',
    refused: search.refused && 'true',
    overdue: search.overdue && 'true',
    untested: search.untested && 'true',
    valueBefore: olderThan === undefined ? undefined : inDays(atMs, -olderThan),
    expiresBefore: expiresIn === undefined ? undefined : inDays(atMs, expiresIn),
    sort,
    order,
  };
  return Object.fromEntries(Object.entries(asked).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
};

/** The search after a press on a column's head: by it, then the other way round, then as it was. */
export const sortedBy = (search: ListSearch, column: CredentialSort): ListSearch => {
  const { sort: before = 'address', order = 'asc', ...rest } = search;
  if (before !== column) return { ...rest, sort: column };
  return order === 'asc' ? { ...rest, sort: column, order: 'desc' } : rest;
};
