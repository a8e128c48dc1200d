import type { Reply } from '@keyturn/contracts';
import type { TestAskedFor, VaultCommandData } from '@keyturn/contracts/commands';
import { type Credential, knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import { credentialFold, streamOf } from '../folds.ts';
import { submitToCredential } from './credential-job.ts';
import { markAs } from './default-mark.ts';
import { endingWith } from './delete-credential.ts';
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

/**
 * What the end of a change brings with it: a registration that was to be its service's default is that with its commit; one that failed takes
 * its data key with it.
 */
export const endingChange = (credential: Credential) => {
  if (credential.status !== 'registered') return endingWith(null);
  const { credentialId, address, change } = credential;
  const marked = { credentialId, address };
  const ending = endingWith(marked);
  const follows: typeof ending.follows = (made, context) =>
    change?.isDefault && made.some((event) => event.type === 'credential.rotated')
      ? markAs(marked, true, context)
      : ending.follows(made, context);
  return { reads: ending.reads, follows };
};

/** The worker's word on a version that it was asked to test. */
export const recordErrandTested = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'errand.record-tested'>,
): Promise<Reply> => {
  const { credentialId, can, issuer, ...verdict } = data;
  const rechecking = deps.hold.restore()?.incarnation ?? null;
  const { backupRetentionDays } = deps;
  const known = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const seen = { ...(can === undefined ? {} : { can }), ...(issuer === undefined ? {} : { issuer }) };
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'errand.record-tested', data: { ...verdict, ...seen, rechecking, backupRetentionDays } }),
    ...endingChange(known),
  });
};
