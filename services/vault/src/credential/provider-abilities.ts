import {
  canOverlap,
  type CredentialType,
  isFitIssuer,
  noTestBecause,
  type PublicFields,
  type Strategy,
  strategyOf,
} from '@keyturn/contracts';
import { type RegisteredCredential, versionOf } from './state.ts';
import type { Version } from './version.ts';

// What the worker's provider modules can do, by type: only then is the worker waited for.

const fieldsOf = (state: RegisteredCredential): PublicFields => versionOf(state, state.current)?.publicFields ?? {};

type Managed = Pick<RegisteredCredential, 'credentialType' | 'issuer' | 'issuerType' | 'rotations'>;

/** An issuer whose type nobody looked at when it was named, and that has made a value since, is of the right one. */
const hasIssued = ({ rotations }: Managed): boolean =>
  rotations.some(({ strategy, candidate }) => strategy === 'issued' && candidate !== null);

const isFit = (state: Managed, publicFields: PublicFields): boolean =>
  isFitIssuer(state.credentialType, publicFields, state.issuerType) || (state.issuerType === null && hasIssued(state));

/** Who makes the credential's values, given such public fields. One that is named and makes no such values counts as none. */
export const issuerFor = (state: Managed, publicFields: PublicFields): string | null =>
  state.issuer !== null && isFit(state, publicFields) ? state.issuer : null;

/** Who makes the values of the credential, as it is now. */
export const issuerNow = (state: RegisteredCredential): string | null => issuerFor(state, fieldsOf(state));

/** Who would make the next value of the credential, as it is now. */
export const strategyNow = (state: RegisteredCredential): Strategy => strategyOf(state.credentialType, issuerNow(state), fieldsOf(state));

/** Can a single version of the type, with these public fields, be tested? Where not, a change is committed at once: `untested: no-test`. */
export const isTestable = (type: CredentialType, publicFields: PublicFields): boolean => noTestBecause(type, publicFields) === null;

/** Does a version need no test, or no more, before consumers try it? Where a person makes it and nobody can ask the provider, there is none. */
export const isReady = (state: RegisteredCredential, { tested, publicFields }: Version): boolean =>
  tested?.verdict === 'valid' ||
  (strategyOf(state.credentialType, issuerFor(state, publicFields), publicFields) === 'assisted' &&
    !isTestable(state.credentialType, publicFields));

/** Are two values of the credential, as it is now, accepted side by side for a while? */
export const overlapsNow = (state: RegisteredCredential): boolean => canOverlap(state.credentialType, fieldsOf(state));

/** Can the worker revoke the credential's versions at its provider, given an issuer? */
export const canRevoke = (state: RegisteredCredential): boolean => strategyOf(state.credentialType, 'any', fieldsOf(state)) !== 'assisted';
