import { CREDENTIAL_TYPES, CredentialType, noTestBecause, type PublicFields, type Strategy } from '@keyturn/contracts';

// What the worker's provider modules can do, by type: only then is the worker waited for.

const REVOCABLE: ReadonlySet<CredentialType> = new Set(['database_password', 'cloudflare_api_token']);

/** The types of which a provider issues values to whoever holds an issuer for them. */
const ISSUED: ReadonlySet<CredentialType> = new Set(['cloudflare_api_token']);

/** Who makes the next value of a credential of this type; a person does where we have no issuer to have one issued. */
export const strategyOf = (type: CredentialType, issuer: string | null): Strategy => {
  if (type === 'database_password') return 'chosen';
  return issuer !== null && ISSUED.has(type) ? 'issued' : 'assisted';
};

/** Can a single version of the type, with these public fields, be tested? Where not, a change is committed at once: `untested: no-test`. */
export const isTestable = (type: CredentialType, publicFields: PublicFields): boolean => noTestBecause(type, publicFields) === null;

/** The types of which there is a test. */
export const testedTypes = (): readonly CredentialType[] =>
  CredentialType.options.filter((type) => CREDENTIAL_TYPES[type].neededToTest !== undefined);

/** Can the worker revoke a version of the type at its provider, given an issuer? */
export const canRevoke = (type: CredentialType): boolean => REVOCABLE.has(type);
