import type { Address } from '@keyturn/contracts';
import type { Trace, Tracer } from '@keyturn/telemetry';
import { backoff } from './backoff.ts';
import { errorWord } from './error-word.ts';
import type { HeldVersion } from './held-version.ts';
import { Holds } from './holds.ts';
import { Nap } from './nap.ts';
import type { Participant } from './participant.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Holding, Vault } from './ports/vault.ts';
import { Preflight } from './preflight.ts';
import { Reporter } from './reporter.ts';
import { SecretUnavailable, untilAborted } from './secret-unavailable.ts';

/** A secret changed under this instance. */
export type Change = { readonly address: Address; readonly version: number; readonly generation: number };

export type KeeperDeps = {
  readonly address: Address;
  readonly vault: Vault;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly tracer: Tracer;
  /** A version is no longer held: the vault wants to know at once. */
  readonly onReleased: () => void;
  readonly onChange: (change: Change) => void;
};

const CLOSED = 'this connection to Keyturn is closed';
type Step = 'progressed' | 'not-fetched' | 'not-adopted' | 'disabled';
/** Somebody said that nobody is to have it: the notice that it is enabled again, or a beat, wakes sooner than the next try. */
const RETRY = {
  'not-fetched': { base: 200, cap: 10_000 },
  'not-adopted': { base: 1_000, cap: 60_000 },
  disabled: { base: 10_000, cap: 60_000 },
} as const;

/**
 * Keeps one secret at the vault's current generation. News of any kind only raise a hint; one loop fetches until it is met, so many
 * notices cost one fetch. A fetched version becomes current only when every participant works with it: then all of them change in one
 * turn, and the report is owed. What was current stays so through any failure.
 */
export class SecretKeeper {
  readonly address: Address;
  readonly #deps: KeeperDeps;
  readonly #nap: Nap;
  readonly #holds: Holds;
  readonly #reporter: Reporter;
  readonly #preflight: Preflight;
  readonly #participants = new Set<Participant>();
  readonly #first = Promise.withResolvers<void>();
  #current: HeldVersion | null = null;
  #candidate: HeldVersion | null = null;
  /** Just fetched, and not looked at yet. */
  #fetched: HeldVersion | null = null;
  #hinted = 0;
  /** The trace of what brought the newest generation's news, as long as that isn't current here. */
  #news: { readonly generation: number; readonly trace: Trace } | null = null;
  #joining = 0;
  #trouble: string | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  readonly #closing = new AbortController();
  #wasRead = false;
  #adoptedAt = 0;
  #releaseCurrent: () => void = () => undefined;
  /** Holds on versions that the application has read and may still use: it ends when it reads a newer one. */
  #releaseRead: (() => void)[] = [];

  constructor(deps: KeeperDeps) {
    this.#deps = deps;
    this.address = deps.address;
    this.#nap = new Nap(deps.clock);
    this.#holds = new Holds(deps.onReleased);
    const participants = (): readonly Participant[] => [...this.#participants];
    this.#preflight = new Preflight({ ...deps, participants, hold: (version) => this.hold(version) });
    this.#reporter = new Reporter({ ...deps, onOtherGeneration: (generation) => this.hint(generation) });
  }

  get current(): HeldVersion | null {
    return this.#current;
  }

  /** Why the secret isn't at the newest known generation; null where it is. */
  get trouble(): string | null {
    return this.#trouble;
  }

  /** Whether this instance has told the vault that the current generation works, and was heard. */
  get isAcknowledged(): boolean {
    return this.#current !== null && this.#reporter.said(this.#current.generation) === 'ok' && !this.#reporter.isOwing();
  }

  isBehind(): boolean {
    return this.#current === null || this.#candidate !== null || this.#hinted > this.#current.generation;
  }

  versionsHeld(): number[] {
    const notAdopted = [this.#candidate, this.#fetched].flatMap((version) => version?.version ?? []);
    return [...new Set([...this.#holds.versions(), ...notAdopted])].toSorted((a, b) => a - b);
  }

  /** What the lease is to say; null before the first fetch. */
  holding(): Holding | null {
    const known = this.#current ?? this.#candidate ?? this.#fetched;
    return known && { credentialId: known.credentialId, versions: this.versionsHeld() };
  }

  hold(version: number): () => void {
    return this.#holds.hold(version);
  }

  start(): void {
    void this.#catchUp();
  }

  /** Tells that a generation exists. One that is held already, or older, changes nothing. What follows continues the trace. */
  hint(generation: number, trace?: Trace): void {
    if (this.#current && generation <= this.#current.generation) return;
    if (trace && generation > (this.#news?.generation ?? 0)) this.#news = { generation, trace };
    this.#hinted = Math.max(this.#hinted, generation);
    if (!this.#candidate || generation > this.#candidate.generation) this.#nap.wake();
    void this.#catchUp();
  }

  /** The vault knows of nothing that this instance holds: it fetches, so that its lease tells of it again. */
  fetchAnew(): void {
    this.hint((this.#current?.generation ?? 0) + 1);
  }

  /** A notice asks for a trial of this pending version. */
  hearPreflight(version: number): void {
    this.#preflight.hear(version);
  }

  /** The vault waits for this instance's word on the pending version. */
  askPreflight(): void {
    this.#preflight.ask();
  }

  /** Tries again now what waits for its next try. */
  resync(): void {
    this.#nap.wake();
    this.#reporter.wake();
  }

  /**
   * Takes a participant in: from here on it changes with the secret. Tries until it works with the current version, or rejects with
   * `SecretUnavailable` when the signal aborts or the keeper is closed first.
   */
  async join(participant: Participant, signal: AbortSignal): Promise<void> {
    this.#joining += 1;
    try {
      await this.#joinPatiently(participant, AbortSignal.any([signal, this.#closing.signal]));
    } finally {
      this.#joining -= 1;
    }
  }

  /** Nobody lives on it, and nobody waits to. */
  isUnused(): boolean {
    return this.#participants.size === 0 && this.#joining === 0;
  }

  async #joinPatiently(participant: Participant, signal: AbortSignal): Promise<void> {
    await untilAborted(this.#first.promise, signal, () => this.#unavailable(signal));
    for (let failures = 0; ; failures += 1) {
      if (signal.aborted) throw this.#unavailable(signal);
      if (await this.#inTurn(() => this.#takeIn(participant))) return;
      const pause = this.#nap.sleep(backoff(failures, { ...RETRY['not-adopted'], random: this.#deps.clock.random() }));
      await untilAborted(pause, signal, () => this.#unavailable(signal));
    }
  }

  /** The application has read the current version: where nothing else proves its use, this does. */
  noteRead(): void {
    if (this.#wasRead || !this.#current) return;
    this.#wasRead = true;
    if (!this.#isProven()) this.#reportUse(this.#current, 'read by the application', this.#adoptedAt);
  }

  /** Takes no more news, sends away whoever still waits for a value, and lets every participant drain; the value stays readable. */
  async close(): Promise<void> {
    this.#closing.abort(new Error(CLOSED));
    this.#nap.wake();
    this.#reporter.stop();
    await Promise.all([this.#turn, this.#preflight.stop()]);
    await Promise.allSettled([...this.#participants].map((participant) => participant.close()));
  }

  async #catchUp(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let failures = 0; this.isBehind() && !this.#isClosed();) {
      const step = await this.#step();
      if (this.#isClosed()) break;
      if (step === 'progressed') failures = 0;
      else await this.#nap.sleep(backoff(failures++, { ...RETRY[step], random: this.#deps.clock.random() }));
    }
    this.#isRunning = false;
  }

  async #step(): Promise<Step> {
    const candidate = this.#candidate;
    if (candidate && this.#hinted <= candidate.generation)
      return this.#inTurn(() => this.#traced('secret.adopt', () => this.#adopt(candidate)));
    const hinted = this.#hinted;
    this.#hinted = 0; // the fetch answers all that was heard before it, even a hint that was wrong; what is heard meanwhile stays
    const fetched = await this.#traced('secret.fetch', () => this.#fetch());
    if (fetched === 'not-fetched' || fetched === 'disabled') {
      this.#hinted = Math.max(this.#hinted, hinted);
      return fetched;
    }
    const { current } = this;
    const isNewer = !current || fetched.generation > current.generation;
    this.#candidate = isNewer ? fetched : null;
    // The same again: only its nonce is another, and the vault knows no older one.
    if (fetched.generation === current?.generation && fetched.version === current.version) this.#current = fetched;
    this.#fetched = null;
    return 'progressed';
  }

  async #fetch(): Promise<HeldVersion | 'not-fetched' | 'disabled'> {
    const { vault, address, log } = this.#deps;
    const onFetched = (version: HeldVersion): void => void (this.#fetched = version);
    const answer = await vault.fetch(address, onFetched).catch((fault: unknown) => `unanswered: ${errorWord(fault)}`);
    if (typeof answer !== 'string' && answer.ok) {
      log.debug('secret.fetched', { address, version: answer.value.version, generation: answer.value.generation });
      return answer.value;
    }
    this.#note(typeof answer === 'string' ? answer : `refused: ${answer.refusal.code}`);
    return typeof answer !== 'string' && answer.refusal.code === 'credential-disabled' ? 'disabled' : 'not-fetched';
  }

  async #adopt(candidate: HeldVersion): Promise<Step> {
    const startedAt = this.#deps.clock.elapsed();
    const outcomes = await Promise.allSettled([...this.#participants].map((participant) => participant.prepare(candidate)));
    const prepared = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed || this.#isClosed()) {
      for (const one of prepared) one.abandon();
      if (failed) this.#reportFailure(candidate, failed.reason, startedAt);
      return 'not-adopted';
    }
    const releaseOld = this.#releaseCurrent;
    this.#releaseCurrent = this.#holds.hold(candidate.version);
    this.#current = candidate;
    this.#candidate = null;
    this.#trouble = null;
    this.#adoptedAt = startedAt;
    if (this.#news && this.#news.generation <= candidate.generation) this.#news = null;
    this.#deps.tracer.continue('secret.swap', { attributes: { 'keyturn.version': candidate.version } }, () => {
      for (const one of prepared) one.swap();
    });
    this.#settleOld(releaseOld);
    this.#first.resolve();
    const { address, version, generation } = candidate;
    this.#deps.log.info('secret.changed', { address, version, generation });
    this.#deps.onChange({ address, version, generation });
    return 'progressed';
  }

  #traced<T>(name: string, work: () => Promise<T>): Promise<T> {
    const attributes = { 'keyturn.address': this.address };
    return this.#deps.tracer.span(name, { parent: this.#news?.trace, attributes }, work);
  }

  #settleOld(releaseOld: () => void): void {
    if (this.#wasRead) this.#releaseRead.push(releaseOld);
    this.#wasRead = false;
    if (this.#isProven() && this.#current) this.#reportUse(this.#current, 'the probe passed', this.#adoptedAt);
    if (!this.#releaseRead.includes(releaseOld)) releaseOld();
  }

  async #takeIn(participant: Participant): Promise<boolean> {
    const current = this.#current;
    if (!current) return false;
    const startedAt = this.#deps.clock.elapsed();
    try {
      const prepared = await participant.prepare(current);
      if (this.#isClosed()) {
        prepared.abandon();
        return false;
      }
      prepared.swap();
    } catch (error) {
      this.#reportFailure(current, error, startedAt);
      return false;
    }
    this.#participants.add(participant);
    this.#trouble = null;
    if (participant.provesUse) this.#reportUse(current, 'the probe passed', startedAt);
    return true;
  }

  #isProven(): boolean {
    return [...this.#participants].some((participant) => participant.provesUse);
  }

  #reportUse(version: HeldVersion, sentence: string, since: number): void {
    if (this.#reporter.said(version.generation) !== 'ok') {
      this.#reporter.owe(version, { ok: true, sentence, elapsedMs: this.#elapsedSince(since) });
    }
    for (const release of this.#releaseRead.splice(0)) release();
  }

  #reportFailure(version: HeldVersion, error: unknown, since: number): void {
    const word = errorWord(error, Object.values(version.fields.reveal()));
    this.#note(`version ${version.version} does not work here: ${word}`);
    if (this.#reporter.said(version.generation) === 'failed') return; // the vault was told, or will be
    this.#reporter.owe(version, { ok: false, sentence: `the probe failed: ${word}`, elapsedMs: this.#elapsedSince(since) });
  }

  #elapsedSince(since: number): number {
    return Math.max(0, Math.round(this.#deps.clock.elapsed() - since));
  }

  /** Logs a trouble when it begins or changes, not at each try. */
  #note(trouble: string): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.#deps.log.warn('secret.behind', { address: this.address, why: trouble });
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  #unavailable(signal: AbortSignal): SecretUnavailable {
    return new SecretUnavailable(this.address, this.#isClosed() ? CLOSED : this.#trouble, signal.reason);
  }

  /** One change of participants or version at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }
}
