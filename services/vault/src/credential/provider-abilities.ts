import { CredentialType } from '@keyturn/contracts';

// What the worker's provider modules can do, by type: only then is the worker waited for.

const TESTED: ReadonlySet<CredentialType> = new Set(['database_password']);
const REVOCABLE: ReadonlySet<CredentialType> = new Set(['database_password']);

/** Is there a test of a single version? Where there is none a change is committed at once, marked `untested: no-test`. */
export const hasTest = (type: CredentialType): boolean => TESTED.has(type);

/** The types of which there is one. */
export const testedTypes = (): readonly CredentialType[] => CredentialType.options.filter(hasTest);

/** Can the worker revoke a version of the type at its provider, given an issuer? */
export const canRevoke = (type: CredentialType): boolean => REVOCABLE.has(type);
