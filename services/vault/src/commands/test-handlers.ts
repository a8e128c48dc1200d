import { partsOf, type Reply } from '@keyturn/contracts';
import type { TestAskedFor, VaultCommandData } from '@keyturn/contracts/commands';
import type { CredentialFact } from '../credential/happened.ts';
import { type Credential, knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { submitToCredential } from './credential-job.ts';
import { becomeDefault } from './default-mark.ts';
import { followingOf, markOf } from './delete-credential.ts';
import type { Opened } from './opened.ts';

/** Asks for a test of the current version; whoever asks while one is under way waits for that one. */
export const requestTest = (
  deps: VaultDeps,
  opened: Opened,
  { credentialId }: VaultCommandData<'credential.request-test'>,
): Promise<Reply> =>
  submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'credential.request-test', data: {} }),
    verdict: (made, before): TestAskedFor => {
      const known = knownOf(before);
      const testId = made.length === 0 ? (known?.testAsked?.testId ?? opened.commandId) : opened.commandId;
      return { credentialId, version: known?.current ?? 1, testId };
    },
  });

type Deps = Pick<VaultDeps, 'log'>;

/**
 * What the end of a change brings with it: a registration that was to be its service's default is that with its commit; one that failed takes
 * its data key with it.
 */
export const followingChange = async (deps: Deps, credential: Credential) => {
  const onDelete = followingOf(await markOf(deps, credential));
  const known = credential.status === 'registered' && credential.change?.isDefault ? credential : null;
  return (made: readonly CredentialFact[]) => {
    const isCommitted = made.some((event) => event.type === 'credential.rotated');
    if (!known || !isCommitted) return onDelete(made);
    const { credentialId, address } = known;
    return becomeDefault({ ...partsOf(address), credentialId, address });
  };
};

/** The worker's word on a version that it was asked to test. */
export const recordErrandTested = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'errand.record-tested'>,
): Promise<Reply> => {
  const { credentialId, can, ...verdict } = data;
  const rechecking = deps.hold.restore()?.incarnation ?? null;
  const { backupRetentionDays } = deps;
  const known = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const abilities = can === undefined ? {} : { can };
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'errand.record-tested', data: { ...verdict, ...abilities, rechecking, backupRetentionDays } }),
    follows: await followingChange(deps, known),
  });
};
