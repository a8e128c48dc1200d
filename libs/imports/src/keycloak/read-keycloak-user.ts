import { type PublicFields } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import type { FernetKey } from '../fernet/fernet-key.ts';
import { isMeantAsToken, openStoredToken } from '../fernet/open-stored-token.ts';
import type { SourceHistory, SourceItem } from '../source-item.ts';
import { sourceTime } from '../source-time.ts';
import { unreadable } from '../unreadable.ts';
import type { KeycloakUser } from './keycloak-users.ts';

const KEY_ATTRIBUTE = /^byok_(?<provider>[a-z0-9_-]+)_key$/;

/** Names a key for ever: a Keycloak user's id, and the attribute. */
export const keycloakReference = (userId: string, attribute: string): string => `users/${userId}/${attribute}`;

/** The attributes of a user that hold a key of their own for a provider. */
export const keyAttributes = (user: KeycloakUser): readonly { readonly attribute: string; readonly provider: string }[] =>
  Object.keys(user.attributes ?? {}).flatMap((attribute) => {
    const provider = KEY_ATTRIBUTE.exec(attribute)?.groups?.['provider'];
    return provider === undefined ? [] : [{ attribute, provider }];
  });

type AttributeOf = (tail: string) => string | undefined;

const attributesOf =
  (user: KeycloakUser, provider: string): AttributeOf =>
  (tail) => {
    const held = user.attributes?.[`byok_${provider}_${tail}`];
    const value = typeof held === 'string' ? held : held?.[0];
    return value === undefined || value === '' ? undefined : value;
  };

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
  return { provider, ...(label === undefined ? {} : { label }), ...(endpoint === undefined ? {} : { endpoint }) };
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
  const stored = of('key');
  if (stored === undefined) return { kind: 'empty', reference, sentence: 'The attribute holds no value.' };
  const isToken = isMeantAsToken(stored);
  const opened = isToken ? openStoredToken(keys, stored) : null;
  if (opened?.ok === false) return unreadable(reference, opened.refusal);
  const label = of('label');
  return {
    kind: 'found',
    reference,
    owner: { kind: 'subject', subject, name: user.username ?? subject },
    service: provider,
    name: label ?? 'default',
    credentialType: 'user_api_key',
    publicFields: publicFieldsOf(provider, of),
    secretFields: new Sensitive({ apiKey: opened?.ok ? opened.value.value.reveal() : stored }),
    ...(label === undefined ? {} : { displayName: label }),
    history: historyOf(of),
    remarks: isToken ? [] : ['The value was not encrypted in Keycloak.'],
  };
};

/** The users' own LLM keys from one user's attributes `byok_{provider}_key`, with their labels, endpoints, dates and test status. */
export const readKeycloakUser = (user: KeycloakUser, keys: readonly FernetKey[]): readonly SourceItem[] =>
  keyAttributes(user).map(({ attribute, provider }) => readKey(user, attribute, provider, keys));

/** The user without these attributes. */
export const withoutAttributes = (user: KeycloakUser, attributes: ReadonlySet<string>): KeycloakUser => {
  const kept = Object.entries(user.attributes ?? {}).filter(([name]) => !attributes.has(name));
  return { ...user, attributes: Object.fromEntries(kept) };
};
