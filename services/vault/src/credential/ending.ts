import { canRevoke, issuerNow } from './provider-abilities.ts';
import { type CredentialFact, eventsOf } from './happened.ts';
import type { RegisteredCredential } from './state.ts';

/** Why nothing of the credential can be revoked at its provider; null where it can. */
export const whyIrrevocable = (state: RegisteredCredential): string | null => {
  if (!canRevoke(state)) return `Keyturn can't revoke a ${state.credentialType} at its provider`;
  if (state.issuer === null) return 'the credential has no issuer to revoke it with';
  if (issuerNow(state) !== null) return null;
  return state.issuerType === null
    ? 'its issuer was named before Keyturn looked at the type, and has made none of its values'
    : 'its issuer is of another type than revokes it';
};

type Ending = {
  readonly reason: string;
  readonly revoked: number[];
  readonly leftAliveBecause?: string | undefined;
  readonly backupRetentionDays: number;
  readonly repeats?: number;
};

/** The end of a credential: its data keys go, its history stays. */
export const endOf = (state: RegisteredCredential, data: Ending): CredentialFact[] => {
  const make = eventsOf(state);
  const { leftAliveBecause, repeats, ...said } = data;
  const repeated = repeats === undefined ? {} : { repeats };
  return [
    make('credential.shredded', { versions: state.versions.map(({ version }) => version), ...repeated }),
    make('credential.deleted', { ...said, ...repeated, ...(leftAliveBecause === undefined ? {} : { leftAliveBecause }) }),
  ];
};
