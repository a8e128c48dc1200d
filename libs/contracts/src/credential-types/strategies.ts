import type { Strategy } from '../words.ts';
import type { Fields, Issuing } from './definition.ts';
import { CREDENTIAL_TYPES, CredentialType } from './registry.ts';

const are = (publicFields: Fields, such: Fields): boolean => Object.entries(such).every(([name, value]) => publicFields[name] === value);

const issuingOf = (type: CredentialType, publicFields: Fields): Issuing | null => {
  const { issued: issuing } = CREDENTIAL_TYPES[type];
  return issuing && are(publicFields, issuing.of ?? {}) ? issuing : null;
};

/** Who makes the next value of a credential with these public fields; a person does where we have no issuer to have one issued. */
export const strategyOf = (type: CredentialType, issuer: string | null, publicFields: Fields): Strategy => {
  const { chosen } = CREDENTIAL_TYPES[type];
  if (chosen && !are(publicFields, chosen.unless)) return 'chosen';
  return issuer !== null && issuingOf(type, publicFields) ? 'issued' : 'assisted';
};

/** The ways in which credentials of a type can be rotated, the one that needs no person first. */
export const strategiesOf = (type: CredentialType): readonly Strategy[] => {
  const { issued, chosen } = CREDENTIAL_TYPES[type];
  const of = issued?.of ?? {};
  return [...new Set([strategyOf(type, 'some', of), strategyOf(type, null, chosen?.unless ?? of)])];
};

/** Of which type the issuer of such a credential must be; null where any may be named, for it is not asked to issue. */
export const issuerTypeOf = (type: CredentialType, publicFields: Fields): CredentialType | null => {
  if (CREDENTIAL_TYPES[type].chosen) return type;
  const issuing = issuingOf(type, publicFields);
  return issuing && CredentialType.parse(issuing.by);
};

/** Of these an issuer was used already when nobody looked at its type. */
const ISSUED_EVER_SINCE: ReadonlySet<CredentialType> = new Set(['database_password', 'cloudflare_api_token']);

/** Does an issuer of this type make such values? `null`: it was named when nobody looked at its type, maybe as a mere note. */
export const isFitIssuer = (type: CredentialType, publicFields: Fields, issuerType: CredentialType | null): boolean => {
  const fit = issuerTypeOf(type, publicFields);
  if (fit === null) return true;
  return issuerType === null ? ISSUED_EVER_SINCE.has(type) : issuerType === fit;
};

/** The public fields without which an issuer can't issue such a credential's values. */
export const neededToIssue = (type: CredentialType, publicFields: Fields): readonly string[] => issuingOf(type, publicFields)?.needs ?? [];

/** The issuer's public fields, as far as they say to which server it belongs: one of another type belongs to that of the values it issues. */
export const serverOfIssuer = (type: CredentialType, publicFields: Fields, issuer: Fields): Fields =>
  issuingOf(type, publicFields)?.of ?? issuer;

/** May what is issued do more than a limited value that a person made? */
export const losesLimits = (type: CredentialType): boolean => CREDENTIAL_TYPES[type].issued?.losesLimits === true;

/** Must the old value be deleted at once, because its provider can't shut it out for a while? */
export const endsAtOnce = (type: CredentialType): boolean => CREDENTIAL_TYPES[type].issued?.endsAtOnce === true;

/** Are two values of such a credential accepted for a while, so that consumers can try and take the next one before the old one ends? */
export const canOverlap = (type: CredentialType, publicFields: Fields): boolean => {
  const { oneAtATime } = CREDENTIAL_TYPES[type];
  return oneAtATime === undefined || !are(publicFields, oneAtATime);
};
