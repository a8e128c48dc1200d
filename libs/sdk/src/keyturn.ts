import type { Address } from '@keyturn/contracts';
import { PreflightNotice, RotatedNotice } from '@keyturn/contracts/subscriber';
import type { Tracer } from '@keyturn/telemetry';
import { withDeadline } from './deadline.ts';
import { Derivation, type Derived, type Recipe } from './derived.ts';
import { errorWord } from './error-word.ts';
import { Heartbeat } from './heartbeat.ts';
import type { Fields } from './held-version.ts';
import type { Participant } from './participant.ts';
import { Patience, type Waiting } from './patience.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Holding, Vault } from './ports/vault.ts';
import type { Wire } from './ports/wire.ts';
import { SecretHandle, type Secret, type SecretOptions } from './secret.ts';
import { SecretKeeper, type Change } from './secret-keeper.ts';

/** What an instance can say of itself; nothing in it is secret. */
export type Status = {
  readonly isConnected: boolean;
  /** Since the vault last answered a beat; null before the first. */
  readonly silentForMs: number | null;
  readonly secrets: readonly SecretStatus[];
};

export type SecretStatus = {
  readonly address: Address;
  readonly version: number | null;
  readonly generation: number | null;
  /** All versions that this instance still holds, as its lease says. */
  readonly holds: readonly number[];
  readonly isAcknowledged: boolean;
  /** Why it isn't at the newest known generation; null where it is. */
  readonly trouble: string | null;
};

/** One process of a consumer, connected to Keyturn. */
export interface Keyturn {
  /**
   * Takes a secret: waits until it was fetched, and from then on keeps it current. Throws `SecretUnavailable` when `timeoutMs` (30 s if
   * not said) or the signal ends first. A secret with something derived, or with a `probe`, is acknowledged when that works with a new
   * version; one with neither when it is next read, and until then its old version counts as held.
   */
  secret<T>(address: Address, options: Waiting & SecretOptions<T>): Promise<Secret<T>>;
  secret(address: Address, options?: Waiting & Omit<SecretOptions<Fields>, 'parse'>): Promise<Secret>;
  /** Builds something from a secret and replaces it with each version: build, probe, swap, acknowledge, drain. */
  derived<T, F>(secret: Secret<F>, recipe: Recipe<T, F>, waiting?: Waiting): Promise<Derived<T, F>>;
  /** Calls with every version that became current here; the returned function ends it. */
  onChange(listener: (change: Change) => void): () => void;
  status(): Status;
  /** Drains everything derived (at most `drainMs`, 10 s if not said), says goodbye, which ends the lease, and disconnects. */
  close(options?: { readonly drainMs?: number }): Promise<void>;
}

export type KeyturnDeps = {
  /** `consumer/instance`. */
  readonly name: string;
  readonly wire: Wire;
  readonly vault: Vault;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly tracer: Tracer;
  readonly beatEveryMs: number;
};

/** The edges' events that may mean another generation. */
const CHANGES = new Set(['rotated', 'withdrawn', 'disabled', 'enabled']);

/** Wires the secrets of one instance to its one connection; `connect` opens it. */
export class Session implements Keyturn {
  readonly #deps: KeyturnDeps;
  readonly #keepers = new Map<Address, SecretKeeper>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #ears = new Map<Address, () => void>();
  readonly #heartbeat: Heartbeat;
  #isClosed = false;

  constructor(deps: KeyturnDeps) {
    this.#deps = deps;
    this.#heartbeat = new Heartbeat({
      ...deps,
      everyMs: deps.beatEveryMs,
      holdings: () => this.#holdings(),
      onAnswer: ({ current, preflights = [], unknown = [] }) => {
        for (const { address, generation } of current) this.#keepers.get(address)?.hint(generation);
        for (const { address } of preflights) this.#keepers.get(address)?.askPreflight();
        for (const keeper of this.#keepers.values()) if (unknown.some((id) => id === keeper.holding()?.credentialId)) keeper.fetchAnew();
      },
    });
    deps.wire.onReconnect(() => this.#resync());
    this.#heartbeat.start();
  }

  secret<T>(address: Address, options: Waiting & SecretOptions<T>): Promise<Secret<T>>;
  secret(address: Address, options?: Waiting & Omit<SecretOptions<Fields>, 'parse'>): Promise<Secret>;
  async secret(address: Address, options: Waiting & Partial<SecretOptions<unknown>> = {}): Promise<Secret<unknown>> {
    const { signal, timeoutMs, parse = (fields) => fields, ...how } = options;
    const keeper = this.#keeperOf(address);
    const handle = new SecretHandle(keeper, { parse, ...how }, this.#deps.clock);
    await this.#joinPatiently(keeper, handle, { signal, timeoutMs });
    return handle.asFunction();
  }

  async derived<T, F>(secret: Secret<F>, recipe: Recipe<T, F>, waiting: Waiting = {}): Promise<Derived<T, F>> {
    const { clock, log, tracer } = this.#deps;
    const keeper = this.#keeperOf(secret.address);
    const derivation = new Derivation({ recipe, parse: secret.parse, hold: (version) => keeper.hold(version), clock, log, tracer });
    await this.#joinPatiently(keeper, derivation, waiting);
    return derivation.asFunction();
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  status(): Status {
    const secrets = [...this.#keepers.values()].map((keeper) => ({
      address: keeper.address,
      version: keeper.current?.version ?? null,
      generation: keeper.current?.generation ?? null,
      holds: keeper.versionsHeld(),
      isAcknowledged: keeper.isAcknowledged,
      trouble: keeper.trouble,
    }));
    return { isConnected: this.#deps.wire.isConnected(), silentForMs: this.#heartbeat.silence(), secrets };
  }

  async close({ drainMs = 10_000 }: { readonly drainMs?: number } = {}): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { clock, log, vault, wire } = this.#deps;
    for (const stop of this.#ears.values()) stop();
    const drained = Promise.all([...this.#keepers.values()].map((keeper) => keeper.close()));
    await withDeadline(drained, drainMs, clock).catch((late: unknown) => log.warn('keyturn.closed-undrained', { why: errorWord(late) }));
    this.#heartbeat.stop();
    if (wire.isConnected()) await vault.goodbye().catch((fault: unknown) => log.warn('keyturn.no-goodbye', { why: errorWord(fault) }));
    await wire.close();
  }

  #keeperOf(address: Address): SecretKeeper {
    if (this.#isClosed) throw new Error('this connection to Keyturn is closed');
    const known = this.#keepers.get(address);
    if (known) return known;
    const onReleased = (): void => this.#heartbeat.beatSoon();
    const keeper = new SecretKeeper({ ...this.#deps, address, onReleased, onChange: (change) => this.#tell(change) });
    this.#keepers.set(address, keeper);
    this.#ears.set(
      address,
      this.#deps.wire.hear(address, (event, notice) => this.#onNotice(keeper, event, notice)),
    );
    keeper.start();
    return keeper;
  }

  #onNotice(keeper: SecretKeeper, event: string, notice: unknown): void {
    if (event === 'preflight-asked') this.#onPreflightAsked(keeper, notice);
    if (!CHANGES.has(event)) return;
    const parsed = RotatedNotice.safeParse(notice);
    if (parsed.success) keeper.hint(parsed.data.data.generation, this.#deps.tracer.active());
    else this.#heartbeat.beatSoon(); // something happened that this SDK can't read: the beat's answer says what is current
  }

  #onPreflightAsked(keeper: SecretKeeper, notice: unknown): void {
    const parsed = PreflightNotice.safeParse(notice);
    if (!parsed.success) this.#heartbeat.beatSoon(); // the beat's answer says whether this instance is meant
    else if (parsed.data.data.instances.includes(this.#deps.name)) keeper.hearPreflight(parsed.data.data.version);
  }

  #resync(): void {
    for (const keeper of this.#keepers.values()) keeper.resync();
    this.#heartbeat.beatSoon();
  }

  #holdings(): Holding[] {
    return [...this.#keepers.values()].flatMap((keeper) => keeper.holding() ?? []);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        this.#deps.log.warn('keyturn.listener-failed', { why: errorWord(error) });
      }
    }
  }

  /** A secret that nobody got, and nobody else waits for, is given up: it would hold a lease on which nothing is ever told. */
  async #joinPatiently(keeper: SecretKeeper, participant: Participant, waiting: Waiting): Promise<void> {
    const patience = new Patience(waiting, this.#deps.clock);
    try {
      await keeper.join(participant, patience.signal);
    } finally {
      patience.end();
      if (keeper.isUnused()) await this.#giveUp(keeper);
    }
  }

  async #giveUp(keeper: SecretKeeper): Promise<void> {
    this.#keepers.delete(keeper.address);
    this.#ears.get(keeper.address)?.();
    this.#ears.delete(keeper.address);
    await keeper.close();
    this.#heartbeat.beatSoon();
  }
}
