import type { Actor } from '@keyturn/contracts';
import type { BulkRotationStatus } from '@keyturn/contracts/commands';
import type { BulkRotationEvent, BulkSelection } from '@keyturn/contracts/events';
import type { BulkCounts, BulkMemberStatus } from '@keyturn/contracts/queries';
import { assertNever } from '@keyturn/kernel';

export type BulkMember = {
  readonly credentialId: string;
  readonly address: string;
  /** Whose patience it shares; absent where it has a server of its own. */
  readonly provider?: string | undefined;
  readonly status: BulkMemberStatus;
  readonly epoch: number | null;
  readonly code: string | null;
  readonly sentence: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
};

/** Many rotations that somebody asked for at once. */
export type BulkRotation = {
  readonly bulkId: string;
  readonly selection: BulkSelection;
  readonly reason: 'manual' | 'scheduled' | 'compromised';
  readonly note: string | null;
  readonly maxInFlight: number;
  readonly stopAfterFailures: number | null;
  readonly status: BulkRotationStatus;
  /** Why it is paused or cancelled. */
  readonly because: string | null;
  readonly cancelledBy: Actor | null;
  /** Failures since it was started or last resumed. */
  readonly failures: number;
  readonly requestedBy: Actor;
  readonly requestedAt: string;
  readonly endedAt: string | null;
  /** In the order in which their turns come. */
  readonly members: readonly BulkMember[];
};

export const noBulkRotation: BulkRotation | null = null;

export const memberOf = (bulk: BulkRotation, credentialId: string): BulkMember | undefined =>
  bulk.members.find((member) => member.credentialId === credentialId);

export const membersThat = (bulk: BulkRotation, status: BulkMemberStatus): readonly BulkMember[] =>
  bulk.members.filter((member) => member.status === status);

/** Is nobody waiting or under way any more? */
export const isThrough = ({ members }: BulkRotation): boolean =>
  members.every(({ status }) => status !== 'waiting' && status !== 'running');

export const countsOf = ({ members }: BulkRotation): BulkCounts => {
  const counts = { total: members.length, waiting: 0, running: 0, completed: 0, failed: 0, skipped: 0, cancelled: 0 };
  for (const { status } of members) counts[status] += 1;
  return counts;
};

const changed = (bulk: BulkRotation, credentialId: string, change: Partial<BulkMember>): BulkRotation => ({
  ...bulk,
  members: bulk.members.map((member) => (member.credentialId === credentialId ? { ...member, ...change } : member)),
});

type Requested = Extract<BulkRotationEvent, { type: 'bulk-rotation.requested' }>['data'];

const begun = ({ members, note, ...said }: Requested, { at, actor }: When): BulkRotation => ({
  ...said,
  note: note ?? null,
  status: 'running',
  because: null,
  cancelledBy: null,
  failures: 0,
  requestedBy: actor,
  requestedAt: at,
  endedAt: null,
  members: members.map((member) => ({
    ...member,
    status: 'waiting',
    epoch: null,
    code: null,
    sentence: null,
    startedAt: null,
    endedAt: null,
  })),
});

/** When an event was recorded, and by whom. */
export type When = { readonly at: string; readonly actor: Actor };

/** What the event changes. It may not say no. */
export const evolveBulkRotation = (bulk: BulkRotation | null, event: BulkRotationEvent, when: When): BulkRotation | null => {
  if (event.type === 'bulk-rotation.requested') return begun(event.data, when);
  if (bulk === null) return null;
  const { at, actor } = when;
  const { type, data } = event;
  switch (type) {
    case 'bulk-rotation.member-started':
      return changed(bulk, data.credentialId, { status: 'running', epoch: data.epoch, startedAt: at });
    case 'bulk-rotation.member-skipped': {
      const { credentialId, reasonCode: code, sentence } = data;
      return changed(bulk, credentialId, { status: 'skipped', code, sentence, endedAt: at });
    }
    case 'bulk-rotation.member-ended': {
      const { credentialId, outcome, reasonCode: code = null, sentence } = data;
      const failures = bulk.failures + (outcome === 'failed' ? 1 : 0);
      return { ...changed(bulk, credentialId, { status: outcome, code, sentence, endedAt: at }), failures };
    }
    case 'bulk-rotation.paused':
      return { ...bulk, status: 'paused', because: data.sentence };
    case 'bulk-rotation.resumed':
      return { ...bulk, status: 'running', because: null, failures: 0 };
    case 'bulk-rotation.cancelled': {
      const members = bulk.members.map((member) => (member.status === 'waiting' ? { ...member, status: 'cancelled' as const } : member));
      return { ...bulk, status: 'cancelled', because: data.sentence, cancelledBy: actor, members };
    }
    case 'bulk-rotation.ended':
      return { ...bulk, status: 'ended', endedAt: at };
    default:
      return assertNever(event);
  }
};
