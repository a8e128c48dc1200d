import type { Refusal } from '@keyturn/contracts';
import type { KekState, KeyRingEvent } from '@keyturn/contracts/events';
import { assertNever, ok, refuse, type Result } from '@keyturn/kernel';
import type { KekFacts, KeyRingCommand } from './command.ts';
import { activeKek, kekIn, type KeyRing, openRun } from './state.ts';

type Decided = Result<readonly KeyRingEvent[], Refusal>;

/** The ring of a new vault, or of one that was restored from a backup under another key: everything hangs on this key already. */
const begin = (ring: KeyRing, kekId: string): Decided => {
  const before = activeKek(ring);
  if (before?.kekId === kekId) return ok([]);
  return ok([
    ...(before ? [{ type: 'kek.retiring' as const, data: { kekId: before.kekId } }] : []),
    ...(kekIn(ring, kekId) ? [] : [{ type: 'kek.added' as const, data: { kekId } }]),
    { type: 'kek.activated', data: { kekId } },
  ]);
};

const add = (ring: KeyRing, kekId: string): Decided => {
  const known = kekIn(ring, kekId);
  if (known?.state === 'retired') return refuse({ code: 'kek-not-added', kekId, state: 'retired' });
  return ok(known ? [] : [{ type: 'kek.added', data: { kekId } }]);
};

const activate = (ring: KeyRing, kekId: string, { missingAt }: KekFacts): Decided => {
  const kek = kekIn(ring, kekId);
  if (!kek) return refuse({ code: 'kek-unknown', kekId });
  if (kek.state === 'active') return ok([]);
  if (kek.state !== 'added') return refuse({ code: 'kek-not-added', kekId, state: kek.state });
  const run = openRun(ring);
  if (run) return refuse({ code: 'rewrap-running', runId: run.runId });
  if (missingAt.length > 0) return refuse({ code: 'kek-not-everywhere', kekId, waitingFor: missingAt.join(', ') });
  const before = activeKek(ring);
  return ok([
    ...(before ? [{ type: 'kek.retiring' as const, data: { kekId: before.kekId } }] : []),
    { type: 'kek.activated', data: { kekId } },
  ]);
};

/** A key that was added and never used may be taken back. */
const MAY_RETIRE: ReadonlySet<KekState> = new Set(['added', 'retiring']);

const retire = (ring: KeyRing, kekId: string, { rows }: KekFacts): Decided => {
  const kek = kekIn(ring, kekId);
  if (!kek) return refuse({ code: 'kek-unknown', kekId });
  if (kek.state === 'retired') return ok([]);
  if (!MAY_RETIRE.has(kek.state)) return refuse({ code: 'kek-not-retiring', kekId, state: kek.state });
  if (rows > 0) return refuse({ code: 'kek-in-use', kekId, rows });
  return ok([{ type: 'kek.retired', data: { kekId } }]);
};

const rewrap = (ring: KeyRing, runId: string, totalCredentials: number): Decided => {
  const active = activeKek(ring);
  if (!active) throw new Error('the key ring has no active key');
  return ok(openRun(ring) ? [] : [{ type: 'rewrap.requested', data: { runId, kekId: active.kekId, totalCredentials } }]);
};

type Report = Extract<KeyRingCommand, { type: `rewrap.${string}` }>;

/** What a worker says of a run that is over, or isn't the one that is open, changes nothing. */
const report = (ring: KeyRing, command: Report): Decided => {
  const run = openRun(ring);
  if (run?.runId !== command.runId) return ok([]);
  const { runId, kekId } = run;
  const { rotated, failed } = command;
  if (command.type === 'rewrap.progress') {
    return ok([{ type: 'rewrap.progressed', data: { runId, kekId, rotated, failed, remaining: command.remaining } }]);
  }
  const result = {
    success: failed === 0 && command.ownFailed === 0,
    totalCredentials: rotated + failed,
    rotated,
    failed,
    rotatedAt: command.now,
  };
  return ok([{ type: 'rewrap.completed', data: { runId, kekId, ...result, ownKeys: command.ownKeys } }]);
};

/** What the command comes to on the ring as it stands. A repeat yields no events. */
export const decideRing = (command: KeyRingCommand, ring: KeyRing): Decided => {
  switch (command.type) {
    case 'key-ring.begin':
      return begin(ring, command.kekId);
    case 'key-ring.add':
      return add(ring, command.kekId);
    case 'key-ring.activate':
      return activate(ring, command.kekId, command.facts);
    case 'key-ring.rewrap':
      return rewrap(ring, command.runId, command.totalCredentials);
    case 'key-ring.retire':
      return retire(ring, command.kekId, command.facts);
    case 'rewrap.progress':
    case 'rewrap.complete':
      return report(ring, command);
    default:
      return assertNever(command);
  }
};
