import { isWithin, nextOpening } from './rotation-window.ts';
import { openRotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';
import type { Time } from './version.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A scheduled rotation that failed is tried again, and then somebody has to look. */
export const MOST_FAILURES = 3;

const iso = (ms: number): Time => new Date(ms).toISOString();

/** Always the same for one version of one credential, and evenly spread over many: FNV-1a, as a part of 1. */
const shareOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const sign of text) hash = Math.imul(hash ^ (sign.codePointAt(0) ?? 0), 0x01000193);
  // Its upper bits hardly change with the last signs: mixed once more.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
};

/** Scheduled rotations of the present version that failed. */
const failuresOf = (state: RegisteredCredential, since: Time) =>
  state.rotations.filter(({ reason, status, requestedAt }) => reason === 'scheduled' && status === 'failed' && requestedAt > since);

export type Turn = {
  readonly version: number;
  /** The interval is over. */
  readonly overAt: Time;
  /** Then, or after a failure later; null: it has failed often enough. */
  readonly dueAt: Time | null;
  readonly failures: number;
};

/** When it is the credential's turn by its schedule; null where it has none, or nothing to rotate. */
export const turnOf = (state: RegisteredCredential): Turn | null => {
  const { schedule } = state;
  const current = versionOf(state, state.current);
  const since = current?.committedAt;
  if (!schedule || !current || !since) return null;
  const overMs = Date.parse(since) + schedule.rotateEveryMs;
  const failed = failuresOf(state, since);
  const last = failed.at(-1)?.endedAt;
  const retryMs = last ? Date.parse(last) + Math.min(DAY_MS, schedule.rotateEveryMs) : overMs;
  const dueAt = failed.length >= MOST_FAILURES ? null : iso(Math.max(overMs, retryMs));
  return { version: current.version, overAt: iso(overMs), dueAt, failures: failed.length };
};

/** When what is due then begins: as soon as the window is open, and so much later as its jitter says, but within the window. */
export const startOf = (state: RegisteredCredential, dueAt: Time): Time | null => {
  const { schedule, credentialId, current } = state;
  if (!schedule) return null;
  const due = Date.parse(dueAt);
  const share = shareOf(`${credentialId}/${current}`);
  if (!schedule.window) return iso(due + share * schedule.jitterMs);
  const opening = nextOpening(schedule.window, due);
  if (!opening) return null;
  return iso(opening.opens + share * Math.min(schedule.jitterMs, opening.closes - opening.opens));
};

/** Was it refused, and is everything as it was then? */
export const isStillRefused = ({ scheduledRefusal: refused, changes, current }: RegisteredCredential): boolean =>
  refused !== null && refused.changes === changes && refused.version === current;

/** May its scheduled rotation be requested now? What missed its window waits for the next one. */
export const isTurn = (state: RegisteredCredential, now: Time): boolean => {
  const dueAt = turnOf(state)?.dueAt ?? null;
  if (dueAt === null || dueAt > now || openRotation(state) || state.change || isStillRefused(state)) return false;
  const startsAt = startOf(state, dueAt);
  const window = state.schedule?.window;
  return startsAt !== null && startsAt <= now && (!window || isWithin(window, Date.parse(now)));
};

/** From when on the current version is overdue: a day after its rotation should have begun, or an interval where that is shorter. */
export const overdueFrom = (state: RegisteredCredential): Time | null => {
  const turn = turnOf(state);
  const startsAt = turn && startOf(state, turn.overAt);
  if (!turn || !startsAt || !state.schedule) return null;
  return iso(Date.parse(startsAt) + Math.min(DAY_MS, state.schedule.rotateEveryMs));
};

export const isOverdueSaid = ({ overdue, current }: RegisteredCredential): boolean => overdue !== null && overdue.version === current;

/** The distances at which nobody was told yet, the largest first; 0: that it is past. */
export const untold = (state: RegisteredCredential): readonly number[] => {
  const { expiresAt, current, reminded, remindDaysBefore } = state;
  if (expiresAt === null || current === null) return [];
  const told = reminded?.expiresAt === expiresAt && reminded.version === current ? reminded.days : [];
  const nearest = Math.min(Number.POSITIVE_INFINITY, ...told);
  return [...new Set([...remindDaysBefore, 0])].filter((days) => days < nearest).toSorted((a, b) => b - a);
};

/** When a distance is reached. */
export const reachedAt = (expiresAt: Time, days: number): Time => iso(Date.parse(expiresAt) - days * DAY_MS);

/** When the vault has to look at the credential again, at the latest: cheap, so the window isn't reckoned with. Null: nothing comes by itself. */
export const lookAt = (state: RegisteredCredential): Time | null => {
  const turn = turnOf(state);
  const isPlanned = turn?.dueAt && !openRotation(state) && !isStillRefused(state);
  const [next] = untold(state);
  const times = [
    ...(isPlanned && turn.dueAt ? [turn.dueAt] : []),
    ...(turn && !isOverdueSaid(state) ? [turn.overAt] : []),
    ...(next !== undefined && state.expiresAt !== null ? [reachedAt(state.expiresAt, next)] : []),
  ];
  return times.toSorted()[0] ?? null;
};
