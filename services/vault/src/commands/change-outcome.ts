import type { ChangeOutcome, ValueOutcome } from '@keyturn/contracts/commands';
import type { CredentialFact } from '../credential/happened.ts';
import { type Credential, knownOf } from '../credential/state.ts';

/** The word on a change: made at once, or waiting for the worker's test of `version`. */
export const changeOutcome = (made: readonly CredentialFact[], before: Credential): ChangeOutcome => {
  const known = knownOf(before);
  const credentialId = known?.credentialId ?? '';
  const commit = made.find((event) => event.type === 'credential.rotated' || event.type === 'credential.rolled-back');
  if (commit) return { credentialId, version: commit.data.to, status: 'committed', generation: commit.data.generation };
  const generation = known?.generation ?? 0;
  const asked = made.find((event) => event.type === 'credential.change-asked');
  if (asked) return { credentialId, version: asked.data.version, status: 'testing', generation };
  return { credentialId, version: known?.current ?? 1, status: 'committed', generation };
};

type About = { readonly credentialId: string; readonly address: string };

/** The same of a value that somebody brought. */
export const valueOutcome = (made: readonly CredentialFact[], before: Credential, { credentialId, address }: About): ValueOutcome => ({
  ...changeOutcome(made, before),
  credentialId,
  address,
});

type Options = { readonly reason?: string | undefined; readonly evenIfUnreachable?: boolean | undefined };
export const optionsOf = ({ reason, evenIfUnreachable }: Options) => ({
  ...(reason === undefined ? {} : { reason }),
  ...(evenIfUnreachable === undefined ? {} : { evenIfUnreachable }),
});
