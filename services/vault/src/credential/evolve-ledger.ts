import type { CredentialEvent } from '@keyturn/contracts/events';
import { changeVersion } from './evolve-version.ts';
import { isOurs } from './replaced.ts';
import { type RegisteredCredential, versionOf } from './state.ts';

// What is owed at the provider, and what goes out of use.

type Happened<Type extends CredentialEvent['type']> = Extract<CredentialEvent, { type: Type }>['data'];

/** A failed revoke changes why something is owed, not since when. */
export const enter = (state: RegisteredCredential, data: Happened<'ledger.recorded'>, at: string): RegisteredCredential['ledger'] => {
  const { kind, version, providerId, sentence } = data;
  const known = state.ledger.find((entry) => entry.version === version);
  const since = kind === 'revoke-failed' && known ? known.since : at;
  const why = sentence === undefined ? {} : { sentence };
  return [...state.ledger.filter((entry) => entry.version !== version), { kind, version, providerId, since, ...why }];
};

export const without = ({ ledger }: RegisteredCredential, ...gone: readonly number[]): RegisteredCredential['ledger'] =>
  ledger.filter(({ version }) => !gone.includes(version));

/** What Keyturn made is owed, also where a log of before says only why it was left alive: that stays, for it is a person's to settle. */
export const retire = (
  state: RegisteredCredential,
  { version, leftAliveBecause }: Happened<'credential.version-superseded' | 'credential.version-withdrawn'>,
  status: 'superseded' | 'withdrawn',
  at: string,
): RegisteredCredential => {
  const old = versionOf(state, version);
  const isOwed = leftAliveBecause !== undefined && old !== undefined && isOurs(state, old);
  const retired = changeVersion(state, version, { status, supersededAt: at, leftAliveBecause: leftAliveBecause ?? null });
  if (!isOwed) return retired;
  const owed = { kind: 'superseded-not-revoked', version, providerId: old.providerId, since: at } as const;
  return { ...retired, ledger: [...without(state, version), owed] };
};
