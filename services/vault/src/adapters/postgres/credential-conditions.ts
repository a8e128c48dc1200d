import type { CredentialFilter } from '@keyturn/contracts/queries';
import { SYSTEM_SCOPE } from '@keyturn/contracts/scopes';

/** Constants are written out, so that the planner sees which partial index they fit. */
export type Condition = { readonly sql: (parameter: string) => string; readonly value?: unknown };

/** Trigrams need three signs; fewer are taken for a whole name, which an ordinary index finds. */
const TRIGRAM = 3;

/** Is it long enough to be looked for anywhere? */
export const isWord = (search: string | undefined): boolean => search !== undefined && search.length >= TRIGRAM;

const escaped = (search: string): string => search.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`);

const given = (value: unknown, sql: Condition['sql']): Condition[] => (value === undefined || value === '' ? [] : [{ sql, value }]);

/** Beside a tag or an owner few rows are left to look through, and the trigrams of a common word would cost more than they spare. */
const searched = ({ search, tag, owner }: CredentialFilter): Condition[] => {
  if (search === undefined || search === '') return [];
  return isWord(search)
    ? given(`%${escaped(search)}%`, (at) => (tag === undefined && owner === undefined ? `search LIKE ${at}` : `(search || '') LIKE ${at}`))
    : given(search.toLowerCase(), (at) => `(service = ${at} OR name = ${at})`);
};

const flag = (wanted: boolean | undefined, column: string): Condition[] =>
  wanted === undefined ? [] : [{ sql: () => (wanted ? column : `NOT (${column})`) }];

/** A person's own, and what was imported for the ids that they had in an older system. */
const inPersonsScopes = (at: string): string =>
  `scope IN (SELECT ${at}::text UNION ALL SELECT legacy_scope FROM legacy_users l WHERE l.scope = ${at})`;

/** What was never rotated has the age of its registration. */
const valueBefore = (at: string): string => `CASE rotated_at WHEN '~' THEN created_at ELSE rotated_at END < ${at}`;

/** What a credential must pass; rows that were written before there were other states say `registered`. Each has one parameter at most. */
export const conditionsOf = (asked: CredentialFilter): Condition[] => [
  ...searched(asked),
  ...given(asked.scope, (at) => (asked.scope === SYSTEM_SCOPE ? `scope = ${at}` : inPersonsScopes(at))),
  ...given(asked.service, (at) => `service = ${at}`),
  ...given(asked.credentialType, (at) => `credential_type = ${at}`),
  ...given(asked.llmProvider, (at) => `(credential_type = 'user_api_key' AND body->'publicFields'->>'provider' = ${at})`),
  ...given(asked.status, (at) => (asked.status === 'active' ? `status IN (${at}, 'registered')` : `status = ${at}`)),
  ...given(asked.tag, (at) => `tags @> to_jsonb(ARRAY[${at}::text])`),
  ...given(asked.owner, (at) => `owner = ${at}`),
  ...flag(asked.isDefault, 'is_default'),
  ...flag(asked.untested, 'is_untested'),
  ...flag(asked.overdue, '(overdue_since IS NOT NULL)'),
  ...flag(asked.refused, '(refused IS NOT NULL)'),
  ...given(asked.valueBefore && new Date(asked.valueBefore).toISOString(), valueBefore),
  ...flag(asked.needsAttention, '(attention IS NOT NULL)'),
  ...given(asked.expiresBefore && new Date(asked.expiresBefore).toISOString(), (at) => `expires_at < ${at}`),
];

/** The conditions as SQL; the values of their parameters are added to `values`. */
export const bind = (conditions: readonly Condition[], values: unknown[]): string[] =>
  conditions.map(({ sql, value }) => sql(value === undefined ? '' : `$${values.push(value)}`));

export const whereOf = (parts: readonly string[]): string => (parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`);
