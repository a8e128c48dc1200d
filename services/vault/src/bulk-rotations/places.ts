import { type Credential, knownOf } from '../credential/state.ts';
import { approvalsMissing } from '../credential/unapproved.ts';
import { credentialFold, streamOf } from '../folds.ts';
import type { CommandLog } from '../ports/command-log.ts';
import { providerOf } from './decide.ts';
import { type BulkMember, type BulkRotation, membersThat } from './state.ts';

type Log = Pick<CommandLog, 'state'>;

/** Does the rotation wait to be approved, so that nothing is done for it at the provider yet? */
export const waitsForApproval = (state: Credential, epoch: number | null): boolean => {
  const rotation = knownOf(state)?.rotations[(epoch ?? 0) - 1];
  return rotation?.status === 'open' && approvalsMissing(rotation) > 0;
};

/** Those under way that wait to be approved. One whose state can't be read is not among them. */
export const unapprovedOf = async (log: Log, bulks: readonly BulkRotation[]): Promise<ReadonlySet<BulkMember>> => {
  const running = bulks.flatMap((bulk) => membersThat(bulk, 'running'));
  const states = await Promise.allSettled(running.map(({ credentialId }) => log.state(credentialFold, streamOf.credential(credentialId))));
  const unapproved = running.filter(({ epoch }, index) => {
    const read = states[index];
    return read?.status === 'fulfilled' && waitsForApproval(read.value, epoch);
  });
  return new Set(unapproved);
};

/** Places at providers: what is approved takes one from every bulk rotation, what waits to be approved from its own alone (ADR-0043). */
export type Places = {
  /** How many are taken from the bulk rotation where this member has its turn. */
  taken(bulk: BulkRotation, member: BulkMember): number;
  take(bulk: BulkRotation, member: BulkMember, isUnapproved: boolean): void;
};

const ofItsOwn = ({ bulkId }: BulkRotation, member: BulkMember): string => `${bulkId}/${providerOf(member)}`;

/** The places that all the open ones take now. */
export const countPlaces = async (log: Log, open: readonly BulkRotation[]): Promise<Places> => {
  const counts = new Map<string, number>();
  const countOf = (key: string): number => counts.get(key) ?? 0;
  const take: Places['take'] = (bulk, member, isUnapproved) => {
    const key = isUnapproved ? ofItsOwn(bulk, member) : providerOf(member);
    counts.set(key, countOf(key) + 1);
  };
  const unapproved = await unapprovedOf(log, open);
  for (const bulk of open) for (const member of membersThat(bulk, 'running')) take(bulk, member, unapproved.has(member));
  return { take, taken: (bulk, member) => countOf(providerOf(member)) + countOf(ofItsOwn(bulk, member)) };
};
