import type { Refusal } from '@keyturn/contracts';
import type { BulkRotationEvent } from '@keyturn/contracts/events';
import { type Clock, ok, refuse, type Result } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import { refuseElsewhere } from '../commands/moved-secret.ts';
import { ownJob } from '../commands/ring-job.ts';
import { decide } from '../credential/decide.ts';
import { leapingAfterRestore } from '../credential/generation.ts';
import { aliveOf, type Credential, knownOf } from '../credential/state.ts';
import { bulkRotationFold, credentialFold, streamOf } from '../folds.ts';
import type { BulkRotationTable } from '../ports/bulk-rotation-table.ts';
import type { CommandLog } from '../ports/command-log.ts';
import type { RestoreHold } from '../restore/restore-hold.ts';
import { cancelUnapproved } from './cancel-unapproved.ts';
import { type BulkCommand, refuseStart } from './decide.ts';
import { countPlaces, type Places } from './places.ts';
import { refusalSentence } from './refusal-sentence.ts';
import { type BulkMember, type BulkRotation, membersThat } from './state.ts';
import { submitToBulk } from './submit-bulk.ts';

export type AdvanceDeps = {
  readonly log: CommandLog;
  readonly bulks: Pick<BulkRotationTable, 'open'>;
  readonly hold: Pick<RestoreHold, 'restore'>;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly logger: Logger;
};

/** How often in a row a member's start has thrown, and when its turn comes again. */
type Fault = { readonly times: number; readonly againAt: number };

/** By bulk rotation and credential; kept by whoever leads. */
export type Faults = Map<string, Fault>;

type Look = { readonly deps: AdvanceDeps; readonly faults: Faults };

const MOST_SIGNS = 500;
const MINUTE = 60_000;
/** After how long a member's turn comes again whose start threw; then it is given up: by then it isn't the database's bad moment. */
const AGAIN_AFTER_MS = [0.5 * MINUTE, 5 * MINUTE] as const;

type End = Pick<Extract<BulkCommand, { type: 'end-member' }>, 'outcome' | 'code' | 'sentence'>;

/** What became of a rotation; null while it is under way. A restore may have lost it, or its credential's deletion be repeated while it was open. */
const endOf = (state: Credential, epoch: number): End | null => {
  const rotation = knownOf(state)?.rotations[epoch - 1];
  if (!rotation) return { outcome: 'failed', code: 'rotation-unknown', sentence: 'The log knows this rotation no more.' };
  if (rotation.status === 'completed') return { outcome: 'completed', code: null, sentence: 'Completed.' };
  if (rotation.failure) return { outcome: 'failed', code: rotation.failure.code, sentence: rotation.failure.sentence };
  return state.status === 'deleted' ? { outcome: 'failed', code: 'credential-deleted', sentence: 'It was deleted.' } : null;
};

/** Records what became of a rotation that was under way. */
const endMember = async ({ deps }: Look, bulk: BulkRotation, member: BulkMember): Promise<void> => {
  const { bulkId } = bulk;
  const { credentialId, epoch } = member;
  await cancelUnapproved(deps, bulk, member);
  const state = await deps.log.state(credentialFold, streamOf.credential(credentialId));
  const ended = endOf(state, epoch ?? 0);
  if (!ended) return;
  const command = { type: 'end-member', credentialId, ...ended, sentence: ended.sentence.slice(0, MOST_SIGNS) } as const;
  await submitToBulk(deps.log, { ...ownJob(deps.newId()), bulkId, command });
};

/** All at once, so that their states are read together. One that throws keeps its place, is told of, and keeps no other from its end. */
const endMembers = async (look: Look, bulk: BulkRotation): Promise<void> => {
  const running = membersThat(bulk, 'running');
  const ended = await Promise.allSettled(running.map((member) => endMember(look, bulk, member)));
  for (const [index, { credentialId }] of running.entries()) {
    const outcome = ended[index];
    if (outcome?.status === 'rejected')
      look.deps.logger.error('bulk-rotation.member-failed', { bulkId: bulk.bulkId, credentialId, error: outcome.reason });
  }
};

/** Who asked for all is who asks for each, with what they might do then. */
const clockOf = ({ requestedAt }: BulkRotation): Clock => ({ now: () => new Date(requestedAt) });

type Started = { readonly isUnapproved: boolean };

/**
 * Requests a member's rotation. That it was is recorded on both streams in one append, so nobody who dies in between leaves one without the
 * other, and no other replica starts it again.
 */
const start = async ({ deps }: Look, bulk: BulkRotation, { credentialId, address }: BulkMember): Promise<Result<Started, Refusal>> => {
  const { bulkId, reason, note, requestedBy, requestedAt: askedAt } = bulk;
  const stream = streamOf.credential(credentialId);
  const alive = aliveOf(await deps.log.state(credentialFold, stream));
  if (!alive.ok) return alive;
  const { refusal, isElsewhere } = await refuseElsewhere({ log: deps.log, clock: clockOf(bulk) }, requestedBy, alive.value);
  if (refusal) return refuse(refusal);
  const bulkStream = streamOf.bulkRotation(bulkId);
  const said = { reason, bulkId, askedAt, ...(note === null ? {} : { note }), ...(isElsewhere ? { elsewhere: true as const } : {}) };
  const { meta, ...job } = ownJob(deps.newId());
  const verdict = await deps.log.submit(credentialFold, {
    ...job,
    meta: { ...meta, actor: requestedBy, causationId: bulkId },
    stream,
    joins: [bulkStream],
    reads: [{ fold: bulkRotationFold, stream: bulkStream }],
    decide: (held, context) => {
      const notNow = refuseStart(context.state(bulkRotationFold, bulkStream), credentialId);
      if (notNow) return refuse(notNow);
      const decided = decide({ type: 'rotation.request', data: said }, leapingAfterRestore(held, context.incarnation));
      if (!decided.ok) return decided;
      const requested = decided.value.flatMap((event) => (event.type === 'rotation.requested' ? [event.data] : []));
      const started = requested.map(({ epoch }): BulkRotationEvent & { stream: string } => ({
        type: 'bulk-rotation.member-started',
        data: { bulkId, credentialId, address, epoch },
        stream: bulkStream,
      }));
      const isUnapproved = requested.some(({ approvals = 0 }) => approvals > 0);
      return ok({ events: [...decided.value, ...started], verdict: { isUnapproved } });
    },
  });
  return 'refusal' in verdict ? refuse(verdict.refusal) : ok({ isUnapproved: verdict.ok['isUnapproved'] === true });
};

type Skip = Pick<Extract<BulkCommand, { type: 'skip-member' }>, 'code' | 'sentence'>;

const skip = async ({ deps }: Look, { bulkId }: BulkRotation, { credentialId }: BulkMember, { code, sentence }: Skip): Promise<void> => {
  const command = { type: 'skip-member', credentialId, code, sentence: sentence.slice(0, MOST_SIGNS) } as const;
  await submitToBulk(deps.log, { ...ownJob(deps.newId()), bulkId, command });
  deps.logger.info('bulk-rotation.skipped', { bulkId, credentialId, code });
};

type Starting = Look & { readonly places: Places };

/** Starts one, or skips it with the reason. False: it was paused or cancelled meanwhile. */
const startOrSkip = async (look: Starting, bulk: BulkRotation, member: BulkMember): Promise<boolean> => {
  const started = await start(look, bulk, member);
  if (started.ok) look.places.take(bulk, member, started.value.isUnapproved);
  else if (started.refusal.code === 'bulk-member-not-waiting') return false;
  else await skip(look, bulk, member, { code: started.refusal.code, sentence: refusalSentence(started.refusal) });
  return true;
};

const GIVEN_UP: Skip = {
  code: 'vault-fault',
  sentence: 'The vault itself failed at it again and again: its log says at what. Ask for it anew once that is mended.',
};

const keyOf = ({ bulkId }: BulkRotation, { credentialId }: BulkMember): string => `${bulkId}/${credentialId}`;

/** Tells of it, and gives the member up where it threw too often. Where even that can't be recorded, it has its turn again later. */
const noteFault = async (look: Look, bulk: BulkRotation, member: BulkMember, error: unknown): Promise<void> => {
  const { deps, faults } = look;
  const key = keyOf(bulk, member);
  const times = (faults.get(key)?.times ?? 0) + 1;
  const [, longest] = AGAIN_AFTER_MS;
  faults.set(key, { times, againAt: deps.clock.now().getTime() + (AGAIN_AFTER_MS[times - 1] ?? longest) });
  const about = { bulkId: bulk.bulkId, credentialId: member.credentialId, times };
  deps.logger.error('bulk-rotation.member-failed', { ...about, error });
  if (times <= AGAIN_AFTER_MS.length) return;
  try {
    await skip(look, bulk, member, GIVEN_UP);
    faults.delete(key);
  } catch (fault) {
    deps.logger.error('bulk-rotation.member-failed', { ...about, error: fault });
  }
};

/** A member at which the vault fails is tried again after a while, and then skipped: the others' turns come all the same. */
const startAlone = async (look: Starting, bulk: BulkRotation, member: BulkMember): Promise<boolean> => {
  const { deps, faults } = look;
  const key = keyOf(bulk, member);
  if (deps.clock.now().getTime() < (faults.get(key)?.againAt ?? 0)) return true;
  try {
    const goesOn = await startOrSkip(look, bulk, member);
    faults.delete(key);
    return goesOn;
  } catch (error) {
    await noteFault(look, bulk, member, error);
    return true;
  }
};

/** Starts as many of the waiting as there is room for; whoever is refused is skipped, and says why. */
const startMembers = async (look: Starting, bulk: BulkRotation): Promise<void> => {
  for (const member of membersThat(bulk, 'waiting')) {
    if (look.places.taken(bulk, member) >= bulk.maxInFlight) continue;
    if (!(await startAlone(look, bulk, member))) return;
  }
};

/** One that throws is told of, and the others go on. */
const openOnes = async ({ log, bulks, logger }: AdvanceDeps): Promise<BulkRotation[]> => {
  const ids = await bulks.open();
  const read = await Promise.allSettled(ids.map((id) => log.state(bulkRotationFold, streamOf.bulkRotation(id))));
  return read.flatMap((outcome, index) => {
    if (outcome.status === 'fulfilled') return outcome.value === null ? [] : [outcome.value];
    logger.error('bulk-rotation.unreadable', { bulkId: ids[index], error: outcome.reason });
    return [];
  });
};

/** Looks once at what has ended, and starts what has room. Whatever it recorded stands; where it died, the next look goes on. */
export const advanceBulks = async (deps: AdvanceDeps, faults: Faults = new Map()): Promise<void> => {
  if (deps.hold.restore()) return; // nothing new is begun before what a restore brought back is checked
  const look: Look = { deps, faults };
  for (const bulk of await openOnes(deps)) await endMembers(look, bulk);
  const open = await openOnes(deps);
  // Read now: what was approved meanwhile takes a place from all, and what couldn't be cancelled still waits.
  const places = await countPlaces(deps.log, open);
  for (const bulk of open) if (bulk.status === 'running') await startMembers({ ...look, places }, bulk);
};
