import { type PublicFields } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import type { FernetKey } from '../fernet/fernet-key.ts';
import { isMeantAsToken, openStoredToken } from '../fernet/open-stored-token.ts';
import type { SourceHistory, SourceItem } from '../source-item.ts';
import { sourceTime } from '../source-time.ts';
import { unreadable } from '../unreadable.ts';
import type { KeycloakUser } from './keycloak-users.ts';

const KEY_ATTRIBUTE = /^byok_(?<provider>[a-z0-9_-]+)_key$/i;
/** What stands beside a key; `endpoint`s and the like come along with it. */
const BESIDE = /^byok_(?<provider>[a-z0-9_-]+)_(?:label|endpoint|added_date|last_tested|test_status)$/i;

/** Names a key for ever: a Keycloak user's id, and the attribute. */
export const keycloakReference = (userId: string, attribute: string): string => `users/${userId}/${attribute}`;

/** The attributes of a user that hold a key of their own for a provider. */
export const keyAttributes = (user: KeycloakUser): readonly { readonly attribute: string; readonly provider: string }[] =>
  Object.keys(user.attributes ?? {}).flatMap((attribute) => {
    const provider = KEY_ATTRIBUTE.exec(attribute)?.groups?.['provider'];
    return provider === undefined ? [] : [{ attribute, provider }];
  });

/** Keycloak's attributes are lists; what wrote these wrote and read one value. */
const valuesOf = (user: KeycloakUser, attribute: string): readonly string[] => {
  const held = user.attributes?.[attribute] ?? [];
  return typeof held === 'string' ? [held] : held;
};

/** Values behind the first one that are not the same again, and their places, counted from 1. */
const furtherValues = (user: KeycloakUser, attribute: string): readonly number[] => {
  const [first, ...others] = valuesOf(user, attribute);
  return others.flatMap((value, index) => (value === '' || value === first ? [] : [index + 2]));
};

type AttributeOf = (tail: string) => string | undefined;

const attributesOf =
  (user: KeycloakUser, provider: string): AttributeOf =>
  (tail) =>
    valuesOf(user, `byok_${provider}_${tail}`)[0] || undefined;

const TAILS = ['label', 'endpoint', 'added_date', 'last_tested', 'test_status'];

const remarksOf = (user: KeycloakUser, provider: string, isToken: boolean): readonly string[] => [
  ...TAILS.map((tail) => `byok_${provider}_${tail}`)
    .filter((attribute) => furtherValues(user, attribute).length > 0)
    .map((attribute) => `Of several values of ${attribute} the first was taken.`),
  ...(isToken ? [] : ['The value was not encrypted in Keycloak.']),
];

const SEVERAL_VALUES = 'the attribute holds other values too, of which only the first is imported; look at it by hand';

const historyOf = (attribute: AttributeOf): SourceHistory => {
  const [addedAt, lastTestedAt] = [sourceTime(attribute('added_date')), sourceTime(attribute('last_tested'))];
  const testStatus = attribute('test_status')?.slice(0, 50);
  return {
    ...(addedAt === undefined ? {} : { addedAt }),
    ...(lastTestedAt === undefined ? {} : { lastTestedAt }),
    ...(testStatus === undefined ? {} : { testStatus }),
  };
};

const publicFieldsOf = (provider: string, attribute: AttributeOf): PublicFields => {
  const [label, endpoint] = [attribute('label'), attribute('endpoint')];
  return { provider: provider.toLowerCase(), ...(label === undefined ? {} : { label }), ...(endpoint === undefined ? {} : { endpoint }) };
};

const readKey = (user: KeycloakUser, attribute: string, provider: string, keys: readonly FernetKey[]): SourceItem => {
  const { id: subject } = user;
  if (subject === undefined) {
    return {
      kind: 'malformed',
      reference: `users/?/${attribute}`,
      sentence: 'The user has no id, so nobody can say whose the key is; export with ids.',
    };
  }
  const reference = keycloakReference(subject, attribute);
  const of = attributesOf(user, provider);
  const [stored = ''] = valuesOf(user, attribute);
  if (stored === '') return { kind: 'empty', reference, sentence: 'The attribute holds no value.' };
  const isToken = isMeantAsToken(stored);
  const opened = isToken ? openStoredToken(keys, stored) : null;
  if (opened?.ok === false) return unreadable(reference, opened.refusal);
  const label = of('label');
  return {
    kind: 'found',
    reference,
    owner: { kind: 'subject', subject, name: user.username ?? subject },
    service: provider.toLowerCase(),
    name: label ?? 'default',
    credentialType: 'user_api_key',
    publicFields: publicFieldsOf(provider, of),
    secretFields: new Sensitive({ apiKey: opened?.ok ? opened.value.value.reveal() : stored }),
    ...(label === undefined ? {} : { displayName: label }),
    history: historyOf(of),
    remarks: remarksOf(user, provider, isToken),
    ...(furtherValues(user, attribute).length === 0 ? {} : { staysBecause: SEVERAL_VALUES }),
  };
};

const furtherRows = (user: KeycloakUser, attribute: string): readonly SourceItem[] =>
  furtherValues(user, attribute).map((at) => ({
    kind: 'skipped',
    reference: `${keycloakReference(user.id ?? '?', attribute)}#${at}`,
    sentence: `It is value ${at} of the attribute, another one than the first, and only the first is imported.`,
  }));

/** Providers of which a user has attributes, and no key among them. */
const withoutKey = (user: KeycloakUser): readonly SourceItem[] => {
  const keyed = new Set(keyAttributes(user).map(({ provider }) => provider));
  const beside = Object.keys(user.attributes ?? {}).map((attribute) => ({
    attribute,
    provider: BESIDE.exec(attribute)?.groups?.['provider'],
  }));
  return beside.flatMap(({ attribute, provider }) => {
    if (provider === undefined || keyed.has(provider)) return [];
    const reference = keycloakReference(user.id ?? '?', attribute);
    return [{ kind: 'skipped' as const, reference, sentence: `There is no byok_${provider}_key beside it.` }];
  });
};

/**
 * The users' own LLM keys from one user's attributes `byok_{provider}_key`, with their labels, endpoints, dates and test status. An attribute
 * of ours that belongs to no key is told of, too, and so is every further value of one that holds a key.
 */
export const readKeycloakUser = (user: KeycloakUser, keys: readonly FernetKey[]): readonly SourceItem[] => [
  ...keyAttributes(user).flatMap(({ attribute, provider }) => [readKey(user, attribute, provider, keys), ...furtherRows(user, attribute)]),
  ...withoutKey(user),
];
