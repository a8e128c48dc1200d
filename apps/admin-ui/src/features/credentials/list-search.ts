import { CredentialType } from '@keyturn/contracts';
import { CREDENTIAL_SORTS, type CredentialSort } from '@keyturn/contracts/queries';

const STATUSES = ['active', 'disabled', 'deleting'] as const;
export type ListedStatus = (typeof STATUSES)[number];
const ORDERS = ['asc', 'desc'] as const;

/** What the list's address holds: the search, the filters, and the column that sorts it. */
export type ListSearch = {
  readonly q?: string;
  readonly type?: CredentialType;
  readonly status?: ListedStatus;
  readonly untested?: true;
  readonly sort?: CredentialSort;
  readonly order?: (typeof ORDERS)[number];
};

const oneOf = <Word extends string>(words: readonly Word[], value: unknown): Word | undefined => words.find((word) => word === value);

/** Reads it out of the address; what doesn't fit is as if it weren't there. */
export const readListSearch = ({ q, type, status, untested, sort, order }: Readonly<Record<string, unknown>>): ListSearch => {
  const text = typeof q === 'number' ? String(q) : q; // the router reads `?q=5432` as a number
  const read = {
    q: typeof text === 'string' && text !== '' ? text : undefined,
    type: oneOf(CredentialType.options, type),
    status: oneOf(STATUSES, status),
    untested: untested === true ? true : undefined,
    sort: oneOf(CREDENTIAL_SORTS, sort),
    order: oneOf(ORDERS, order),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
};

/** Whether anything but the sorting is asked for. */
export const isFiltered = ({ sort: _sort, order: _order, ...filters }: ListSearch): boolean => Object.keys(filters).length > 0;

/** The query of the API. */
export const listQuery = ({ q, type, status, untested, sort, order }: ListSearch): Record<string, string> => ({
  ...(q === undefined ? {} : { search: q }),
  ...(type === undefined ? {} : { credentialType: type }),
  ...(status === undefined ? {} : { status }),
  ...(untested === undefined ? {} : { untested: 'true' }),
  ...(sort === undefined ? {} : { sort }),
  ...(order === undefined ? {} : { order }),
});

/** The search after a press on a column's head: by it, then the other way round, then as it was. */
export const sortedBy = (search: ListSearch, column: CredentialSort): ListSearch => {
  const { sort: before = 'address', order = 'asc', ...rest } = search;
  if (before !== column) return { ...rest, sort: column };
  return order === 'asc' ? { ...rest, sort: column, order: 'desc' } : rest;
};
