import { setTimeout as pause } from 'node:timers/promises';
import { type SupervisedProcess, waitUntil } from '@keyturn/dev-stack';
import { checkRun } from '../check/check-run.ts';
import { type Finding, findingOf } from '../check/finding.ts';
import type { ClientCall, Fault, RunRecord } from '../check/run-record.ts';
import { tell } from '../check/told.ts';
import { type Cell, POINTS } from './cells.ts';
import type { Collected } from './collect-record.ts';
import { type Lane, openLane, restlessness } from './lane.ts';
import { INSTANCES, type MatrixStack, subscriberName } from './matrix-stack.ts';
import { between, type Random, randomOf } from './random.ts';

/** What one run came to. `reached`: the rotation stood at the point when the fault came. */
export type RunEnd = {
  readonly cell: string;
  readonly seed: number;
  readonly address: string;
  readonly reached: boolean;
  readonly ms: number;
  /** How the run's rotations ended. */
  readonly ends: readonly string[];
  readonly findings: readonly Finding[];
  readonly record: RunRecord;
};

/** Cells of one point and one fault, which hits all of them at once; each is a run of its own, judged by itself. */
export type BatchOptions = {
  readonly cells: readonly Cell[];
  readonly seed: number;
  /** How many credentials of a strategy are rotated at once, each a run of its cell; one if not said. */
  readonly copies?: 1 | 2;
  /** Which of them is the first; the first one if not said. */
  readonly from?: 0 | 1;
  readonly bug?: string | null;
  /** A person cancels the rotation while it is stopped. */
  readonly cancels?: boolean;
  /** How long it is stopped; the seed says otherwise. A paused worker then sleeps through one more rotation. */
  readonly holdMs?: number;
  /** Another point than the cells', which a bug brings with it. */
  readonly point?: string;
  /** Who is killed, if not the cells' victim. */
  readonly victim?: SupervisedProcess;
  readonly restTimeoutMs?: number;
};

const REACH_TIMEOUT_MS = 45_000;
const REST_TIMEOUT_MS = 75_000;

type Batch = {
  readonly stack: MatrixStack;
  readonly options: BatchOptions;
  readonly cell: Cell;
  readonly lanes: readonly Lane[];
  readonly random: Random;
  readonly release: () => void;
  readonly note: (what: string) => void;
};

const within = async <T>(promise: Promise<T>, ms: number): Promise<T | null> => {
  const late = new AbortController();
  const timer = pause(ms, null, { signal: late.signal }).catch(() => null);
  return Promise.race([promise, timer]).finally(() => late.abort());
};

const victimsOf = ({ stack, options: { victim }, cell, random }: Batch, pids: readonly number[]): SupervisedProcess[] => {
  const { services } = stack.faults.stack;
  if (victim) return [victim];
  if (cell.fault === 'vault') return [services.vault];
  if (cell.fault !== 'subscriber') return [services['rotation-worker']];
  const standing = stack.subscribers.filter((one) => pids.includes(one.pid() ?? 0));
  return standing.length > 0 ? standing : stack.subscribers.slice(0, 1 + between(random, 0, 1)).slice(-1);
};

const faultNow = (kind: Fault['kind'], victims: readonly SupervisedProcess[] = []): Fault => {
  const subscribers = INSTANCES.filter((instance) => victims.some(({ name }) => name === subscriberName(instance)));
  return { at: new Date().toISOString(), kind, subscribers };
};

/** SIGKILL where it stands, and a new start; whoever stood at the point goes on before or after that. */
const killAndRestart = async (batch: Batch, pids: readonly number[]): Promise<Fault> => {
  const { random, release, note } = batch;
  const victims = victimsOf(batch, pids);
  const isItself = victims.some((victim) => pids.includes(victim.pid() ?? 0));
  const fault = faultNow('killed', victims);
  await Promise.all(victims.map((victim) => victim.kill()));
  const names = victims.map(({ name }) => name).join(' and ');
  note(`${names} killed`);
  // A vault that stands in the middle of an append would keep anybody from starting.
  if (isItself || POINTS[batch.cell.point].stands === 'vault' || random() < 0.5) release();
  await pause(between(random, 0, 200));
  await Promise.all(victims.map((victim) => victim.restart()));
  note(`${names} up again`);
  release();
  return fault;
};

const isClosed = async ({ stack }: Batch, { target }: Lane, epoch: number): Promise<boolean> =>
  (await stack.faults.stack.api.rotation(target.credentialId, epoch)).status !== 'open';

type Epochs = ReadonlyMap<Lane, number>;

/** Waits until these rotations are over, though the worker is paused; answers for which lanes that is so. */
const closeAll = async (batch: Batch, epochs: Epochs): Promise<Lane[]> => {
  const closed = [...epochs].map(async ([lane, epoch]) => {
    const isOver = await waitUntil(() => isClosed(batch, lane, epoch), { timeoutMs: REST_TIMEOUT_MS, everyMs: 50 });
    if (isOver) lane.note(`the other worker ended rotation ${epoch}`);
    else lane.miss(`no other worker ended rotation ${epoch} while the first one was paused`);
    return isOver ? [lane] : [];
  });
  return (await Promise.all(closed)).flat();
};

const rotateAgain = async (lanes: readonly Lane[]): Promise<Epochs> => {
  const begun = new Map<Lane, number>();
  const begin = async (lane: Lane): Promise<void> => {
    const { epoch, said, outcome } = await lane.clients[0].rotate();
    if (outcome === 'ok' && epoch !== null) begun.set(lane, epoch);
    else lane.miss(`the second rotation did not begin: ${said.trim()}`);
  };
  await Promise.all(lanes.map(begin));
  return begun;
};

/** SIGSTOP; another worker goes on to the end, for every other seed through one more rotation; the first wakes and does what it was about to. */
const pauseAndWake = async (batch: Batch, pids: readonly number[], epochs: Epochs): Promise<Fault> => {
  const { stack, note, random, lanes, release, cell, options } = batch;
  const paused = stack.faults.stack.services['rotation-worker'].pid();
  if (paused === undefined) throw new Error('there is no worker to pause');
  const standing = lanes.filter((_, index) => pids[index] === paused);
  const fault = faultNow('paused');
  process.kill(paused, 'SIGSTOP');
  note(`worker ${paused} paused`);
  if (standing.length === 0) release();
  // Where nobody knows which rotation is to end, nobody would see that it doesn't.
  for (const lane of lanes) if (!epochs.has(lane)) lane.miss('no client was told which rotation began');
  try {
    await stack.workers(2);
    const over = await closeAll(batch, epochs);
    if (random() < 0.5 || options.holdMs !== undefined) await closeAll(batch, await rotateAgain(over));
  } finally {
    const awaited = cell.point === 'K0' ? [] : standing; // at K0 it stands before the run, in no activity
    const areThrough = awaited.map(async (lane) => {
      const through = stack.control.passes('activity-ended', { pid: paused, about: lane.target.credentialId });
      if ((await within(through, REACH_TIMEOUT_MS)) === null)
        lane.miss(`worker ${paused} was not through with its activity after its wake`);
    });
    process.kill(paused, 'SIGCONT');
    release();
    note(`worker ${paused} awake`);
    await Promise.all(areThrough);
  }
  return fault;
};

type Struck = { readonly fault: Fault; readonly reached: readonly boolean[] };

/** Brings every lane to its point, and the fault upon them. `reached`: which of them came there. */
const strike = async (batch: Batch, asked: readonly Promise<ClientCall | undefined>[]): Promise<Struck> => {
  const { lanes, options, random, cell } = batch;
  const stopped = await Promise.all(lanes.map(({ stop }) => within(stop.reached, REACH_TIMEOUT_MS)));
  const pids = stopped.map((one) => one?.pid ?? 0);
  lanes.forEach((lane, index) => lane.note(stopped[index] ? `stands at ${cell.point} in ${pids[index]}` : `never came to ${cell.point}`));
  await pause(options.holdMs ?? between(random, 0, 300));
  // Where the vault stands before its answer, nobody is told yet; a client goes on asking meanwhile.
  const epochs = new Map<Lane, number>();
  for (const [index, lane] of lanes.entries()) {
    const call = await within(asked[index] ?? Promise.resolve(undefined), 5_000);
    if (call?.epoch !== null && call?.epoch !== undefined) epochs.set(lane, call.epoch);
  }
  if (options.cancels === true) await Promise.all([...epochs].map(([lane, epoch]) => lane.clients[1].cancel(epoch)));
  const fault = cell.fault === 'paused worker' ? await pauseAndWake(batch, pids, epochs) : await killAndRestart(batch, pids);
  return { fault, reached: stopped.map((one) => one !== null) };
};

const sentenceOf = async ({ faults }: MatrixStack, { target }: Lane, record: RunRecord): Promise<string> => {
  const { epoch } = tell(record).events.findLast(({ type }) => type === 'rotation.requested') ?? {};
  return faults.stack.api.rotation(target.credentialId, epoch ?? 0).then(
    ({ sentence }) => sentence,
    (fault: unknown) => String(fault),
  );
};

/** Waits until a lane rests, with its client repeating what it asked long ago; then the checker has the word. */
const restAndJudge = async (stack: MatrixStack, lane: Lane, won: ClientCall | undefined, rest: { fault: Fault; timeoutMs: number }) => {
  // Judged is the very record that is at rest: while other lanes go on, the log is ahead of audit again a moment later.
  const since = new Date().toISOString(); // the fault is over, and whoever was paused is awake
  const untilRest = async (): Promise<Collected> => {
    let seen: Collected | null = null;
    const isResting = async (): Promise<boolean> => restlessness((seen = await lane.record(rest.fault)), since).length === 0;
    await waitUntil(isResting, { timeoutMs: rest.timeoutMs, everyMs: 150 });
    return seen ?? (await lane.record(rest.fault));
  };
  let resting = await untilRest();
  if (won) await lane.clients[0].repeat(won);
  if (restlessness(resting, since).length === 0) resting = await untilRest();
  const record = lane.searched(resting);
  const left = restlessness(record, since);
  for (const what of left) lane.note(`no rest: ${what}`);
  if (left.length > 0) lane.note(`the rotation says: ${await sentenceOf(stack, lane, record)}`);
  const found = checkRun(record);
  // What the checker names is why it didn't rest; where it names nothing, e.g. that somebody never reported, this is the finding.
  const findings = found.length > 0 ? found : left.map(findingOf('I13'));
  return { record, ends: [...tell(record).history.ends.values()].flat(), findings };
};

/** Rotates one credential for each cell, stops each at its point, hits them there, and judges each once it has come to rest. */
export const runBatch = async (stack: MatrixStack, options: BatchOptions): Promise<RunEnd[]> => {
  const { cells, seed, copies = 1, from = 0, bug = null, restTimeoutMs: timeoutMs = REST_TIMEOUT_MS } = options;
  const [cell] = cells;
  if (!cell) return [];
  const startedAt = performance.now();
  const random = randomOf(seed);
  await stack.workers(1);
  const point = options.point ?? (cell.point === 'K12' && random() < 0.5 ? 'K12b' : cell.point);
  const lanes: Lane[] = [];
  for (const one of cells)
    for (const target of stack.targets[one.strategy].slice(from, from + copies))
      lanes.push(await openLane(stack, { cell: one, target, seed, point, bug }));
  const batch: Batch = {
    stack,
    options,
    cell,
    lanes,
    random,
    release: () => lanes.forEach(({ stop }) => stop.release()),
    note: (what) => lanes.forEach((lane) => lane.note(what)),
  };
  const asked = lanes.map((lane) => lane.rotate(random));
  const { reached, fault } = await strike(batch, asked).finally(batch.release);
  const won = await Promise.all(asked);
  const judged = await Promise.all(lanes.map((lane, index) => restAndJudge(stack, lane, won[index], { fault, timeoutMs })));
  const ms = Math.round(performance.now() - startedAt);
  return lanes.flatMap(({ cell: { id }, target: { address } }, index) => {
    const end = judged[index];
    return end ? [{ cell: id, seed, address, reached: reached[index] ?? false, ms, ...end }] : [];
  });
};
