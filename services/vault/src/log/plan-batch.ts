import type { EventMeta, Recorded } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { CredentialRow, Decision, Fold, Job, NewEvent, Verdict, Write } from '../ports/command-log.ts';
import { canonicalText, hashEvent, hashSealed } from './hash-event.ts';
import type { ChainHead } from './verify-chain.ts';

/** A job in a batch. `tried`: an earlier attempt may have recorded it, and nobody was answered yet. */
export type Entry = { readonly fold: Fold<unknown>; readonly job: Job<unknown>; tried?: boolean };

/** The state of a stream at its version. */
export type Held = { readonly version: number; readonly position: number; readonly state: unknown };

/** A command's stored outcome. */
export type StoredVerdict = { readonly ok: Readonly<Record<string, unknown>> } | { readonly refusal: Refusal };
export type KnownCommand = { readonly fingerprint: string; readonly verdict: StoredVerdict };

/** What holds under the append lock when a batch is planned. */
export type Facts = {
  /** The database's clock, ISO 8601 with microseconds. */
  readonly now: string;
  readonly incarnation: number;
  readonly head: ChainHead;
  readonly known: ReadonlyMap<string, KnownCommand>;
  /** Which credential owns an address; absent: none. */
  readonly owners: ReadonlyMap<string, string>;
  /** By stream, then by fold: the states as of the stream's head. */
  readonly states: ReadonlyMap<string, ReadonlyMap<Fold<unknown>, Held>>;
};

/** An event beside the exact texts that were hashed. */
export type Appended = { readonly recorded: Recorded; readonly data: string; readonly meta: string; readonly sealed: Uint8Array | null };

export type Outcome = { readonly verdict: Verdict } | { readonly fault: unknown };

/** What one transaction has to write, and what each entry is then told. */
export type BatchPlan = {
  readonly now: string;
  readonly outcomes: readonly Outcome[];
  readonly appended: readonly Appended[];
  readonly commands: readonly { readonly commandId: string; readonly fingerprint: string; readonly verdict: StoredVerdict }[];
  readonly rows: ReadonlyMap<string, CredentialRow | null>;
  readonly writes: readonly Write[];
  readonly states: ReadonlyMap<string, ReadonlyMap<Fold<unknown>, Held>>;
};

type Draft = {
  readonly now: string;
  readonly incarnation: number;
  head: ChainHead;
  readonly known: Map<string, KnownCommand>;
  readonly owners: Map<string, string>;
  readonly states: Map<string, Map<Fold<unknown>, Held>>;
  readonly appended: Appended[];
  readonly commands: { commandId: string; fingerprint: string; verdict: StoredVerdict }[];
  readonly rows: Map<string, CredentialRow | null>;
  readonly writes: Write[];
};

const rowOf = (fold: Fold<unknown>, state: unknown): CredentialRow | null => (fold.undecided ? null : (fold.row?.(state) ?? null));

/** Evolves unless nothing is decided on such streams. */
export const evolveHeld = (fold: Fold<unknown>, held: Held, events: readonly Recorded[]): Held => {
  const last = events.at(-1);
  if (!last) return held;
  const state = fold.undecided ? fold.initial : events.reduce((state, event) => fold.evolve(state, event), held.state);
  return { version: last.version, position: last.position, state };
};

const recordEvents = (draft: Draft, entry: Entry, after: Held, events: readonly NewEvent[]): Appended[] => {
  let { position, hash } = draft.head;
  let { version } = after;
  const metaText = canonicalText({ ...entry.job.meta, incarnation: draft.incarnation });
  const meta: EventMeta = { ...entry.job.meta, incarnation: draft.incarnation };
  return events.map(({ type, data, sealed }) => {
    const text = canonicalText(data);
    // What is folded and published now equals what is read back later: only what the text keeps.
    const kept: unknown = JSON.parse(text);
    const sealedHash = sealed ? hashSealed(sealed) : null;
    const hashed = { position: ++position, stream: entry.job.stream, version: ++version, type, data: kept, meta };
    const event = { ...hashed, recordedAt: draft.now, sealedHash };
    const prevHash = hash;
    hash = hashEvent(prevHash, event);
    return { recorded: { ...event, prevHash, hash }, data: text, meta: metaText, sealed: sealed ?? null };
  });
};

const remember = (draft: Draft, job: Job<unknown>, verdict: StoredVerdict): Verdict => {
  draft.known.set(job.commandId, { fingerprint: job.fingerprint, verdict });
  draft.commands.push({ commandId: job.commandId, fingerprint: job.fingerprint, verdict });
  return { ...verdict, repeated: false };
};

const moveRow = (draft: Draft, before: CredentialRow | null, row: CredentialRow | null): void => {
  if (before && before.address !== row?.address) draft.owners.delete(before.address);
  if (row) draft.owners.set(row.address, row.credentialId);
  if (row) draft.rows.set(row.credentialId, row);
  else if (before) draft.rows.set(before.credentialId, null);
};

const record = (draft: Draft, entry: Entry, held: Held, decision: Decision): Verdict => {
  // Everything that can throw comes first: a fault in one job leaves no trace in the batch.
  const appended = recordEvents(draft, entry, held, decision.events);
  const events = appended.map((each) => each.recorded);
  const folds = [...(draft.states.get(entry.job.stream) ?? [])];
  const evolved = folds.map(([fold, each]): [Fold<unknown>, Held] => [fold, evolveHeld(fold, each, events)]);
  const after = new Map(evolved);
  const before = rowOf(entry.fold, held.state);
  const row = rowOf(entry.fold, after.get(entry.fold)?.state);
  const verdict: StoredVerdict = { ok: decision.verdict };
  canonicalText(verdict);

  const last = events.at(-1);
  if (last) {
    draft.head = { position: last.position, hash: last.hash };
    draft.states.set(entry.job.stream, after);
    moveRow(draft, before, row);
  }
  draft.appended.push(...appended);
  draft.writes.push(...(decision.writes ?? []));
  return remember(draft, entry.job, verdict);
};

const answerRepeat = (known: KnownCommand, { job, tried }: Entry): Verdict =>
  known.fingerprint === job.fingerprint
    ? { ...known.verdict, repeated: tried !== true }
    : { refusal: { code: 'command-reused' }, repeated: false };

const decideEntry = (draft: Draft, entry: Entry): Verdict => {
  const { fold, job } = entry;
  const known = draft.known.get(job.commandId);
  if (known) return answerRepeat(known, entry);
  const held = draft.states.get(job.stream)?.get(fold);
  if (!held) throw new Error(`the state of ${job.stream} was not loaded`);
  const owner = job.claims === undefined ? undefined : draft.owners.get(job.claims);
  const addressTaken = owner !== undefined && owner !== rowOf(fold, held.state)?.credentialId;
  const decision = job.decide(held.state, { now: draft.now, addressTaken });
  return decision.ok ? record(draft, entry, held, decision.value) : remember(draft, job, { refusal: decision.refusal });
};

/** Decides the batch in order, each entry on what the earlier ones did. Pure but for the fact that `decide` is the callers'. */
export const planBatch = (entries: readonly Entry[], facts: Facts): BatchPlan => {
  const draft: Draft = {
    ...facts,
    known: new Map(facts.known),
    owners: new Map(facts.owners),
    states: new Map([...facts.states].map(([stream, folds]) => [stream, new Map(folds)])),
    appended: [],
    commands: [],
    rows: new Map(),
    writes: [],
  };
  const outcomes = entries.map((entry): Outcome => {
    try {
      return { verdict: decideEntry(draft, entry) };
    } catch (fault) {
      return { fault };
    }
  });
  return {
    now: facts.now,
    outcomes,
    appended: draft.appended,
    commands: draft.commands,
    rows: draft.rows,
    writes: draft.writes,
    states: draft.states,
  };
};
