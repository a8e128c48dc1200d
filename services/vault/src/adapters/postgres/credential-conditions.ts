import { fittingProvider, type ProviderName } from '@keyturn/contracts';
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

/** A part of a word, in that column: table `credential_words` has its trigrams. */
const partIn = (column: 'search' | 'words', search: string): Condition[] => given(`%${escaped(search)}%`, (at) => `${column} LIKE ${at}`);

const searched = ({ search }: CredentialFilter): Condition[] => {
  if (search === undefined || search === '') return [];
  return isWord(search) ? partIn('search', search) : given(search.toLowerCase(), (at) => `(service = ${at} OR name = ${at})`);
};

const flag = (wanted: boolean | undefined, column: string): Condition[] =>
  wanted === undefined ? [] : [{ sql: () => (wanted ? column : `NOT (${column})`) }];

/** A person's own, and what was imported for the ids that they had in an older system. */
const inPersonsScopes = (at: string): string =>
  `scope IN (SELECT ${at}::text UNION ALL SELECT legacy_scope FROM legacy_users l WHERE l.scope = ${at})`;

/** What was never rotated has the age of its registration. */
const valueBefore = (at: string): string => `CASE rotated_at WHEN '~' THEN created_at ELSE rotated_at END < ${at}`;

/** LLM keys whose field says this provider, which is a parameter or a literal. */
export const isLlmKeyOf = (provider: string): string =>
  `(credential_type = 'user_api_key' AND body->'publicFields'->>'provider' = ${provider})`;

/** All of some types, and of LLM keys those whose field says so. The words are the contract's own. */
const ofProvider = (provider: ProviderName | undefined): Condition[] => {
  if (provider === undefined) return [];
  const { types, llmProvider } = fittingProvider(provider);
  const ofTypes = types.length === 0 ? [] : [`credential_type IN (${types.map((type) => `'${type}'`).join(', ')})`];
  const ofField = llmProvider === null ? [] : [isLlmKeyOf(`'${llmProvider}'`)];
  return [{ sql: () => `(${[...ofTypes, ...ofField].join(' OR ')})` }];
};

/** What a credential must pass; rows that were written before there were other states say `registered`. Each has one parameter at most. */
export const conditionsOf = (asked: CredentialFilter): Condition[] => [
  ...searched(asked),
  ...given(asked.scope, (at) => (asked.scope === SYSTEM_SCOPE ? `scope = ${at}` : inPersonsScopes(at))),
  ...given(asked.service, (at) => `service = ${at}`),
  ...given(asked.credentialType, (at) => `credential_type = ${at}`),
  ...ofProvider(asked.provider),
  ...given(asked.llmProvider, isLlmKeyOf),
  ...given(asked.status, (at) => (asked.status === 'active' ? `status IN (${at}, 'registered')` : `status = ${at}`)),
  ...given(asked.tag, (at) => `tags @> to_jsonb(ARRAY[${at}::text])`),
  ...given(asked.owner, (at) => `owner = ${at}`),
  ...flag(asked.isDefault, 'is_default'),
  ...flag(asked.untested, 'is_untested'),
  ...flag(asked.overdue, '(overdue_since IS NOT NULL)'),
  ...flag(asked.refused, '(refused IS NOT NULL)'),
  ...given(asked.valueBefore && new Date(asked.valueBefore).toISOString(), valueBefore),
  ...flag(asked.needsAttention, '(attention IS NOT NULL)'),
  ...given(asked.needs, (at) => `(attention IS NOT NULL AND attention::jsonb->>'needs' = ${at})`),
  ...given(asked.expiresBefore && new Date(asked.expiresBefore).toISOString(), (at) => `expires_at < ${at}`),
];

/** The conditions as SQL; the values of their parameters are added to `values`. */
export const bind = (conditions: readonly Condition[], values: unknown[]): string[] =>
  conditions.map(({ sql, value }) => sql(value === undefined ? '' : `$${values.push(value)}`));

export const whereOf = (parts: readonly string[]): string => (parts.length === 0 ? '' : `WHERE ${parts.join(' AND ')}`);

/** What must pass in table `credential_words`, where anything must, and what in table `credentials`. */
type Fitting = { readonly narrow: readonly Condition[]; readonly wide: readonly Condition[] };

/**
 * A word is looked for where its trigrams are, with what those narrow rows tell as well. But where a tag, an owner or a person's scope leaves few
 * rows to look through, they are looked through as they are.
 */
const fittingOf = (asked: CredentialFilter): Fitting => {
  const { search = '', scope, service, ...others } = asked;
  const areFew = others.tag !== undefined || others.owner !== undefined || (scope !== undefined && scope !== SYSTEM_SCOPE);
  if (!isWord(search) || areFew) return { narrow: [], wide: conditionsOf(asked) };
  return { narrow: [...partIn('words', search), ...conditionsOf({ scope, service })], wide: conditionsOf(others) };
};

/** Whatever fits, in no order: what a SELECT reads, and whether the columns of table `credentials` are among that; `address` always is. */
export type Reading = { readonly sql: string; readonly isWide: boolean };

/** Where what is asked for is read. Joined by the address alone, which stands in the index of each column: so the wide rows aren't read for a filter. */
export const readingOf = (asked: CredentialFilter, values: unknown[]): Reading => {
  const { narrow, wide } = fittingOf(asked);
  if (narrow.length === 0) return { sql: `credentials ${whereOf(bind(wide, values))}`, isWide: true };
  const words = `credential_words ${whereOf(bind(narrow, values))}`;
  if (wide.length === 0) return { sql: words, isWide: false };
  return { sql: `(SELECT address FROM ${words}) found JOIN credentials USING (address) ${whereOf(bind(wide, values))}`, isWide: false };
};
