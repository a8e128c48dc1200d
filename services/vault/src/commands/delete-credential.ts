import type { Reply } from '@keyturn/contracts';
import type { DeletionOutcome, VaultCommandData } from '@keyturn/contracts/commands';
import { stillRevoking } from '../credential/deletion.ts';
import type { CredentialFact } from '../credential/happened.ts';
import { type Credential, knownOf } from '../credential/state.ts';
import type { VaultDeps } from '../deps.ts';
import type { DecisionContext, Write } from '../ports/command-log.ts';
import { readWithFacts } from '../facts.ts';
import { type Following, submitToCredential } from './credential-job.ts';
import { markAs, type Marked, markedById, readsMark } from './default-mark.ts';
import type { Opened } from './opened.ts';

/** The data keys go in the transaction of the event that says so. */
const shreds = (made: readonly CredentialFact[]): Write[] =>
  made.flatMap((event) =>
    event.type === 'credential.shredded'
      ? event.data.versions.map((version): Write => ({ kind: 'shred-dek', credentialId: event.data.credentialId, version }))
      : [],
  );

/** For a job that may end a credential: its data keys go with it, and its default mark. */
export const endingWith = (marked: Marked | null) => ({
  reads: marked === null ? [] : readsMark(marked),
  follows: (made: readonly CredentialFact[], context: Pick<DecisionContext, 'state'>): Required<Following> => {
    const isDeleted = made.some((event) => event.type === 'credential.deleted');
    const mark = isDeleted && marked ? markAs(marked, false, context) : { events: [], writes: [] };
    return { events: mark.events, writes: [...shreds(made), ...mark.writes] };
  },
});

const outcomeOf = (made: readonly CredentialFact[], before: Credential): DeletionOutcome => {
  const known = knownOf(before);
  const credentialId = known?.credentialId ?? '';
  const isDeleted = before.status === 'deleted' || made.some((event) => event.type === 'credential.deleted');
  if (isDeleted || !known) return { credentialId, status: 'deleted', revoking: [] };
  const started = made.find((event) => event.type === 'credential.deletion-started');
  return { credentialId, status: 'deleting', revoking: started?.data.versions ?? [...stillRevoking(known)] };
};

/**
 * Refused while leases hold a version; then revoked at the provider by the worker, or left alive there for a reason, and shredded. The
 * leases are read just before the decision: whoever fetches in between is found again before anything is revoked (`errand.list-open`).
 */
export const deleteCredential = async (deps: VaultDeps, opened: Opened, data: VaultCommandData<'credential.delete'>): Promise<Reply> => {
  const { credentialId, confirm, reason, leftAliveBecause } = data;
  const [{ facts }, managed] = await Promise.all([readWithFacts(deps, credentialId), deps.errands.managedBy(credentialId)]);
  const { backupRetentionDays } = deps;
  const left = leftAliveBecause === undefined ? {} : { leftAliveBecause };
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'credential.delete', data: { confirm, reason, ...left, facts, managed, backupRetentionDays } }),
    ...endingWith(await markedById(deps, credentialId)),
    verdict: outcomeOf,
  });
};

/** The worker proved a version dead at the provider; the last one ends the credential. */
export const recordErrandRevoked = async (
  deps: VaultDeps,
  opened: Opened,
  data: VaultCommandData<'errand.record-revoked'>,
): Promise<Reply> => {
  const { credentialId, version } = data;
  const { backupRetentionDays } = deps;
  return submitToCredential(deps, opened, {
    credentialId,
    command: () => ({ type: 'errand.record-revoked', data: { version, backupRetentionDays } }),
    ...endingWith(await markedById(deps, credentialId)),
    verdict: outcomeOf,
  });
};
