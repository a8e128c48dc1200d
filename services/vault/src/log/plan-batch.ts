import { isDeepStrictEqual } from 'node:util';
import type { EventMeta, Recorded } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { LeaseFact } from '../credential/lease-fact.ts';
import type { KekFacts } from '../key-ring/command.ts';
import type { CredentialRow, Decision, Fold, Job, NewEvent, StreamFold, Verdict, Write } from '../ports/command-log.ts';
import { KekNotActive } from '../ports/kek-not-active.ts';
import { canonicalText, hashEvent, hashSealed } from './hash-event.ts';
import type { ChainHead } from './verify-chain.ts';
import { withFetched } from './with-fetched.ts';

/** A job in a batch. `tried`: an earlier attempt may have recorded it, and nobody was answered yet. */
export type Entry = { readonly fold: Fold<unknown>; readonly job: Job<unknown>; tried?: boolean };

/** The states on which the entries are decided, each once or more often. */
export const statesFor = (entries: readonly Entry[]): StreamFold[] =>
  entries.flatMap(({ fold, job: { stream, reads = [] } }) => [{ fold, stream }, ...reads]);

/** The state of a stream at its version. */
export type Held = { readonly version: number; readonly position: number; readonly state: unknown };

export type StreamHead = { readonly version: number; readonly position: number };

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
  /** The KEK under which new keys are wrapped; null before there is a key ring. */
  readonly activeKek: string | null;
  /** What hangs on the KEKs that jobs name, and who holds them. */
  readonly keks: ReadonlyMap<string, KekFacts>;
  /** Who holds versions of the credentials that jobs name. */
  readonly leases: ReadonlyMap<string, readonly LeaseFact[]>;
  /** Where a stream stands; undefined: it was not looked up. */
  headOf(stream: string): StreamHead | undefined;
  /** By stream, then by fold: the states as of the stream's head. */
  readonly states: ReadonlyMap<string, ReadonlyMap<Fold<unknown>, Held>>;
};

/** An event beside the exact texts that were hashed. */
export type Appended = { readonly recorded: Recorded; readonly data: string; readonly meta: string; readonly sealed: Uint8Array | null };

export type Outcome = { readonly verdict: Verdict } | { readonly fault: unknown };

/** A row as it is to stand; where it is not `isListed`, nothing but its `upkeep` differs from what stands there. */
export type RowChange = { readonly row: CredentialRow; readonly isListed: boolean };

/** What one transaction has to write, and what each entry is then told. */
export type BatchPlan = {
  readonly now: string;
  readonly outcomes: readonly Outcome[];
  readonly appended: readonly Appended[];
  readonly commands: readonly { readonly commandId: string; readonly fingerprint: string; readonly verdict: StoredVerdict }[];
  readonly rows: ReadonlyMap<string, RowChange | null>;
  readonly writes: readonly Write[];
  /** The active KEK as the plan leaves it. */
  readonly activeKek: string | null;
  readonly states: ReadonlyMap<string, ReadonlyMap<Fold<unknown>, Held>>;
  /** Streams appended to whose heads were not looked up: if there are any, the batch must be planned again with them. */
  readonly missing: ReadonlySet<string>;
};

type Draft = {
  readonly now: string;
  readonly incarnation: number;
  readonly headOf: Facts['headOf'];
  readonly heads: Map<string, StreamHead>;
  readonly missing: Set<string>;
  head: ChainHead;
  activeKek: string | null;
  readonly keks: Facts['keks'];
  readonly leases: Facts['leases'];
  readonly known: Map<string, KnownCommand>;
  readonly owners: Map<string, string>;
  readonly states: Map<string, Map<Fold<unknown>, Held>>;
  readonly appended: Appended[];
  readonly commands: { commandId: string; fingerprint: string; verdict: StoredVerdict }[];
  readonly rows: Map<string, RowChange | null>;
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

/** Numbers and chains the events; the draft learns nothing of them yet. */
const recordEvents = (draft: Draft, job: Job<unknown>, events: readonly NewEvent[]): Appended[] => {
  let { position, hash } = draft.head;
  const versions = new Map<string, number>();
  const meta: EventMeta = { ...job.meta, incarnation: draft.incarnation };
  const metaText = canonicalText(meta);
  return events.map(({ type, data, sealed, stream = job.stream }) => {
    const text = canonicalText(data);
    // What is folded and published now equals what is read back later: only what the text keeps.
    const kept: unknown = JSON.parse(text);
    const sealedHash = sealed ? hashSealed(sealed) : null;
    const head = draft.heads.get(stream) ?? draft.headOf(stream);
    if (!head) draft.missing.add(stream);
    const version = (versions.get(stream) ?? head?.version ?? 0) + 1;
    versions.set(stream, version);
    const event = { position: ++position, stream, version, type, data: kept, meta, recordedAt: draft.now, sealedHash };
    const prevHash = hash;
    hash = hashEvent(prevHash, event, { data: text, meta: metaText });
    return { recorded: { ...event, prevHash, hash }, data: text, meta: metaText, sealed: sealed ?? null };
  });
};

type Folded = ReadonlyMap<string, Map<Fold<unknown>, Held>>;

/** The loaded states of every stream that the events touch, as the events leave them. */
const foldTouched = (draft: Draft, events: readonly Recorded[]): Folded =>
  new Map(
    [...Map.groupBy(events, (event) => event.stream)].map(([stream, own]) => {
      const folds = [...(draft.states.get(stream) ?? [])];
      return [stream, new Map(folds.map(([fold, held]) => [fold, evolveHeld(fold, held, own)]))];
    }),
  );

/** From here on later entries of the batch stand on these events. */
const adopt = (draft: Draft, events: readonly Recorded[], folded: Folded): void => {
  for (const [stream, folds] of folded) draft.states.set(stream, folds);
  for (const event of events) {
    draft.head = { position: event.position, hash: event.hash };
    draft.heads.set(event.stream, { version: event.version, position: event.position });
  }
};

const remember = (draft: Draft, job: Job<unknown>, verdict: StoredVerdict): Verdict => {
  draft.known.set(job.commandId, { fingerprint: job.fingerprint, verdict });
  draft.commands.push({ commandId: job.commandId, fingerprint: job.fingerprint, verdict });
  return { ...verdict, repeated: false };
};

/** Most steps of a rotation change nothing that a list shows. */
const isListed = (before: CredentialRow | null, row: CredentialRow): boolean => {
  if (before === null) return true;
  const { upkeep: _was, ...was } = before;
  const { upkeep: _is, ...is } = row;
  return !isDeepStrictEqual(was, is);
};

const moveRow = (draft: Draft, before: CredentialRow | null, row: CredentialRow | null): void => {
  if (before && before.address !== row?.address) draft.owners.delete(before.address);
  if (row) draft.owners.set(row.address, row.credentialId);
  if (row) {
    // The narrow row is written with every event, so that it heals whatever an older version of this code left there.
    const listed = isListed(before, row) || draft.rows.get(row.credentialId)?.isListed === true;
    draft.rows.set(row.credentialId, { row, isListed: listed });
  }
  if (before && before.credentialId !== row?.credentialId) draft.rows.set(before.credentialId, null);
};

/** A key must hang on the KEK that is active now, whatever the replica that wrapped it had heard. */
const refuseStaleKek = ({ activeKek }: Draft, writes: readonly Write[]): void => {
  if (activeKek === null) return;
  for (const write of writes) if (write.kind === 'wrapped-dek' && write.kekId !== activeKek) throw new KekNotActive(write.kekId);
};

const record = (draft: Draft, { fold, job }: Entry, held: Held, decision: Decision): Verdict => {
  // Everything that can throw comes first: a fault in one job leaves no trace in the batch.
  const writes = decision.writes ?? [];
  refuseStaleKek(draft, writes);
  const appended = recordEvents(draft, job, decision.events);
  const events = appended.map((each) => each.recorded);
  const folded = foldTouched(draft, events);
  const before = rowOf(fold, held.state);
  const after = folded.get(job.stream)?.get(fold);
  const row = after ? rowOf(fold, after.state) : before;
  const verdict: StoredVerdict = { ok: decision.verdict };
  canonicalText(verdict);

  adopt(draft, events, folded);
  if (after) moveRow(draft, before, row);
  draft.appended.push(...appended);
  draft.writes.push(...writes);
  for (const write of writes) if (write.kind === 'kek-state' && write.state === 'active') draft.activeKek = write.kekId;
  return remember(draft, job, verdict);
};

const answerRepeat = (known: KnownCommand, { job, tried }: Entry): Verdict =>
  known.fingerprint === job.fingerprint
    ? { ...known.verdict, repeated: tried !== true }
    : { refusal: { code: 'command-reused' }, repeated: false };

/** With what earlier entries of the batch hung on it. */
const kekFacts = ({ keks, writes }: Draft, kekId: string | undefined): KekFacts | null => {
  const facts = kekId === undefined ? undefined : keks.get(kekId);
  if (!facts) return null;
  return { ...facts, rows: facts.rows + writes.filter((write) => write.kind === 'wrapped-dek' && write.kekId === kekId).length };
};

/** With what earlier entries of the batch gave out of it. */
const leaseFacts = ({ leases, writes, now }: Draft, credentialId: string | undefined): readonly LeaseFact[] => {
  if (credentialId === undefined) throw new Error('the job did not say on whose leases it stands');
  const held = leases.get(credentialId);
  if (!held) throw new Error(`who holds ${credentialId} was not looked up`);
  return withFetched(held, writes, { credentialId, now });
};

/** It is about who asks. Kept, "sign in again" would be the answer to the same request after the sign-in, too. */
const isKept = ({ code }: Refusal): boolean => code !== 'recent-login-required';

const decideEntry = (draft: Draft, entry: Entry): Verdict => {
  const { fold, job } = entry;
  const known = draft.known.get(job.commandId);
  if (known) return answerRepeat(known, entry);
  const heldOf = (fold: Fold<unknown>, stream: string): Held => {
    const held = draft.states.get(stream)?.get(fold);
    if (!held) throw new Error(`the state of ${stream} was not loaded`);
    return held;
  };
  const held = heldOf(fold, job.stream);
  const owner = job.claims === undefined ? undefined : draft.owners.get(job.claims);
  const addressOwner = owner === undefined || owner === rowOf(fold, held.state)?.credentialId ? null : owner;
  const context = {
    now: draft.now,
    incarnation: draft.incarnation,
    addressTaken: addressOwner !== null,
    addressOwner,
    kek: kekFacts(draft, job.kekId),
    leases: () => leaseFacts(draft, job.leasesOf),
    state: <State>(fold: Fold<State>, stream: string): State => heldOf(fold, stream).state as State,
  };
  const decision = job.decide(held.state, context);
  if (decision.ok) return record(draft, entry, held, decision.value);
  const { refusal } = decision;
  return isKept(refusal) ? remember(draft, job, { refusal }) : { refusal, repeated: false };
};

/** Decides the batch in order, each entry on what the earlier ones did. Pure but for the fact that `decide` is the callers'. */
export const planBatch = (entries: readonly Entry[], facts: Facts): BatchPlan => {
  const draft: Draft = {
    now: facts.now,
    incarnation: facts.incarnation,
    head: facts.head,
    activeKek: facts.activeKek,
    keks: facts.keks,
    leases: facts.leases,
    headOf: (stream) => facts.headOf(stream),
    heads: new Map(),
    missing: new Set(),
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
  const { now, appended, commands, rows, writes, activeKek, states, missing } = draft;
  return { now, outcomes, appended, commands, rows, writes, activeKek, states, missing };
};
