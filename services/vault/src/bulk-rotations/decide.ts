import { partsOf, type Refusal } from '@keyturn/contracts';
import type { BulkRotationEvent } from '@keyturn/contracts/events';
import { assertNever, ok, refuse, type Result } from '@keyturn/kernel';
import { type BulkMember, type BulkRotation, countsOf, evolveBulkRotation, isThrough, memberOf, membersThat, type When } from './state.ts';

export type BulkCommand =
  | { readonly type: 'skip-member'; readonly credentialId: string; readonly code: string; readonly sentence: string }
  | {
      readonly type: 'end-member';
      readonly credentialId: string;
      readonly outcome: 'completed' | 'failed';
      readonly code: string | null;
      readonly sentence: string;
    }
  | { readonly type: 'pause'; readonly because: string }
  | { readonly type: 'resume' }
  | { readonly type: 'cancel'; readonly because: string };

type Events = readonly BulkRotationEvent[];
type Decided = Result<Events, Refusal>;

/** Whose patience it shares: its provider's, or where it has a server of its own that of its service. */
export const providerOf = ({ provider, address }: Pick<BulkMember, 'provider' | 'address'>): string => provider ?? partsOf(address).service;

/** How many at the provider it has under way itself. What is held, or waits to be approved or given a value, is, too (ADR-0041). */
export const inFlight = (bulk: BulkRotation, provider: string): number =>
  membersThat(bulk, 'running').filter((member) => providerOf(member) === provider).length;

/** Why the member's rotation may not be requested now, or null. */
export const refuseStart = (bulk: BulkRotation | null, credentialId: string): Refusal | null => {
  const member = bulk && memberOf(bulk, credentialId);
  const isItsTurn = bulk?.status === 'running' && member?.status === 'waiting' && inFlight(bulk, providerOf(member)) < bulk.maxInFlight;
  return isItsTurn ? null : { code: 'bulk-member-not-waiting' };
};

const NOW_UNKNOWN: When = { at: '', actor: { kind: 'service', id: 'vault' } };

const after = (bulk: BulkRotation, events: Events): BulkRotation =>
  events.reduce<BulkRotation>((state, event) => evolveBulkRotation(state, event, NOW_UNKNOWN) ?? state, bulk);

/** What follows from events: too many failures pause it while somebody still waits, and it ends when everybody is through. */
const withConsequences = (bulk: BulkRotation, events: Events): Events => {
  const { bulkId } = bulk;
  const then = after(bulk, events);
  if (isThrough(then)) {
    const { completed, failed, skipped, cancelled } = countsOf(then);
    return [...events, { type: 'bulk-rotation.ended', data: { bulkId, completed, failed, skipped, cancelled } }];
  }
  const { status, stopAfterFailures: most, failures } = then;
  const isEnough = status === 'running' && most !== null && failures >= most && membersThat(then, 'waiting').length > 0;
  if (!isEnough) return events;
  const sentence = `${failures} ${failures === 1 ? 'rotation' : 'rotations'} failed: see why, and resume it then.`;
  return [...events, { type: 'bulk-rotation.paused', data: { bulkId, by: 'failures', sentence } }];
};

const switched = (bulk: BulkRotation, command: Extract<BulkCommand, { type: 'pause' | 'resume' | 'cancel' }>): Decided => {
  const { bulkId, status } = bulk;
  if (status === 'ended') return refuse({ code: 'bulk-rotation-over', status });
  switch (command.type) {
    case 'pause':
      if (status === 'cancelled') return refuse({ code: 'bulk-rotation-over', status });
      return ok(status === 'paused' ? [] : [{ type: 'bulk-rotation.paused', data: { bulkId, by: 'person', sentence: command.because } }]);
    case 'resume':
      if (status === 'cancelled') return refuse({ code: 'bulk-rotation-over', status });
      return status === 'paused' ? ok([{ type: 'bulk-rotation.resumed', data: { bulkId } }]) : refuse({ code: 'bulk-rotation-not-paused' });
    case 'cancel':
      return ok(status === 'cancelled' ? [] : [{ type: 'bulk-rotation.cancelled', data: { bulkId, sentence: command.because } }]);
    default:
      return assertNever(command);
  }
};

const ofMember = (bulk: BulkRotation, command: Extract<BulkCommand, { type: 'skip-member' | 'end-member' }>): Events => {
  const member = memberOf(bulk, command.credentialId);
  if (!member) return [];
  const { credentialId, address, epoch } = member;
  const about = { bulkId: bulk.bulkId, credentialId, address };
  if (command.type === 'skip-member') {
    const { code: reasonCode, sentence } = command;
    return member.status === 'waiting' ? [{ type: 'bulk-rotation.member-skipped', data: { ...about, reasonCode, sentence } }] : [];
  }
  if (member.status !== 'running' || epoch === null) return [];
  const { outcome, code, sentence } = command;
  const said = { ...about, epoch, outcome, sentence, ...(code === null ? {} : { reasonCode: code }) };
  return [{ type: 'bulk-rotation.member-ended', data: said }];
};

/** What a command makes of a bulk rotation, with all that follows from it. What was recorded already changes nothing. */
export const decideBulk = (command: BulkCommand, bulk: BulkRotation | null): Decided => {
  if (bulk === null) return refuse({ code: 'bulk-rotation-unknown' });
  if (command.type === 'skip-member' || command.type === 'end-member') {
    const events = ofMember(bulk, command);
    return ok(events.length === 0 ? [] : withConsequences(bulk, events));
  }
  const events = switched(bulk, command);
  return events.ok && events.value.length > 0 ? ok(withConsequences(bulk, events.value)) : events;
};
