import type { Tracer } from '@keyturn/telemetry';
import { withDeadline } from './deadline.ts';
import { errorWord } from './error-word.ts';
import type { Fields, HeldVersion } from './held-version.ts';
import { InUse } from './in-use.ts';
import type { Hold, Participant, Prepared } from './participant.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';

/** How something that lives on a secret is made, tried and let go of. */
export type Recipe<T, F = Fields> = {
  readonly build: (fields: F) => T | Promise<T>;
  /** Shows that what was built works, from here: log in with it. A rejection keeps the old one in use. */
  readonly probe: (built: T) => Promise<void>;
  /** Ends it in peace: what is running on it may finish. Called once nobody is inside `use` with it. */
  readonly drain: (built: T) => Promise<void>;
  /** For building and probing together; 10 s if not said. */
  readonly probeTimeoutMs?: number;
};

/** Something built from a secret that is replaced, as a whole, when the secret changes. */
export interface Derived<T, F = Fields> {
  /**
   * What is in use now. Ask again each time; for work that takes a while prefer `use`, which a drain waits for. Throws once Keyturn was
   * closed, for then it is drained.
   */
  (): T;
  /**
   * Runs `work` with what is in use now and the fields that it was built from. It is not drained, nor its version given up in the lease,
   * before `work` has ended: a fresh login with these fields is safe in here.
   */
  use<R>(work: (built: T, fields: F) => R | Promise<R>): Promise<R>;
  /** The version that it was built from. */
  version(): number;
}

export type DerivationDeps<T, F> = {
  readonly recipe: Recipe<T, F>;
  readonly parse: (fields: Fields) => F;
  readonly hold: Hold;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly tracer: Tracer;
};

type Slot<T, F> = { readonly version: HeldVersion; readonly fields: F; readonly built: InUse<T>; readonly release: () => void };

/** Builds, probes, swaps and drains; the old one is used until the new one has been shown to work. */
export class Derivation<T, F> implements Participant {
  readonly provesUse = true;
  readonly #deps: DerivationDeps<T, F>;
  readonly #draining = new Set<Promise<void>>();
  #slot: Slot<T, F> | null = null;
  #isClosed = false;

  constructor(deps: DerivationDeps<T, F>) {
    this.#deps = deps;
  }

  async prepare(version: HeldVersion): Promise<Prepared> {
    const { recipe, parse, hold, clock, tracer } = this.#deps;
    const release = hold(version.version);
    let building: Promise<T> | null = null;
    try {
      const fields = parse(version.fields.reveal());
      building = tracer.continue('derived.build', {}, async () => recipe.build(fields));
      const trial = building.then(async (built) => {
        await tracer.continue('derived.probe', {}, () => recipe.probe(built));
        return built;
      });
      const built = await withDeadline(trial, recipe.probeTimeoutMs ?? 10_000, clock);
      const slot: Slot<T, F> = { version, fields, built: new InUse(built), release };
      return { swap: () => this.#swap(slot), abandon: () => this.#retire(slot) };
    } catch (error) {
      // What was built, perhaps only later than the deadline, may hold connections: it is drained before the version is let go.
      if (building)
        building
          .then(
            (built) => this.#drain(built, version),
            () => undefined,
          )
          .then(release, release);
      else release();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#slot) this.#retire(this.#slot);
    await Promise.all(this.#draining);
  }

  asFunction(): Derived<T, F> {
    const current = (): T => this.#taken().built.value;
    const use = async <R>(work: (built: T, fields: F) => R | Promise<R>): Promise<R> => {
      const slot = this.#taken();
      return slot.built.use((built) => work(built, slot.fields));
    };
    return Object.assign(current, { use, version: () => this.#taken().version.version });
  }

  #taken(): Slot<T, F> {
    if (!this.#slot) throw new Error('something derived is used before it was built');
    if (this.#isClosed) throw new Error('what was derived from the secret is closed: Keyturn was closed, and has drained it');
    return this.#slot;
  }

  #swap(slot: Slot<T, F>): void {
    const old = this.#slot;
    this.#slot = slot;
    if (old) this.#retire(old);
  }

  #retire({ built, version, release }: Slot<T, F>): void {
    const drained = built
      .idle()
      .then(() => this.#drain(built.value, version))
      .then(release)
      .finally(() => this.#draining.delete(drained));
    this.#draining.add(drained);
  }

  /** A drain that fails is said and not repeated: what it left behind shows at the provider. */
  async #drain(built: T, { address, version }: HeldVersion): Promise<void> {
    const { recipe, log, tracer } = this.#deps;
    try {
      await tracer.continue('derived.drain', { attributes: { 'keyturn.version': version } }, () => recipe.drain(built));
      log.info('derived.drained', { address, version });
    } catch (error) {
      log.warn('derived.drain-failed', { address, version, why: errorWord(error) });
    }
  }
}
