import type { Address } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { withDeadline } from './deadline.ts';
import type { Fields, HeldVersion } from './held-version.ts';
import { InUse } from './in-use.ts';
import type { Participant, Prepared } from './participant.ts';
import type { SdkClock } from './ports/clock.ts';
import type { SecretKeeper } from './secret-keeper.ts';

/**
 * A secret, as a function: each call gives all fields of the version that is current now, together, so nobody keeps a stale one or pairs
 * an old user with a new password. It never throws: through an outage it gives the last good value.
 */
export interface Secret<T = Fields> {
  (): Sensitive<T>;
  readonly address: Address;
  /** Shapes raw fields into `T`. */
  readonly parse: (fields: Fields) => T;
  /** Runs `work` with the current fields; the version stays in the lease, and so is not revoked, until `work` has ended. */
  use<R>(work: (fields: T) => R | Promise<R>): Promise<R>;
}

/** How to take a secret. */
export type SecretOptions<T> = {
  /** Shapes the fields, e.g. a zod schema's `parse`. A version that it throws on is not taken. */
  readonly parse: (fields: Fields) => T;
  /** Shows that a version works, before it is handed out. */
  readonly probe?: (fields: T) => Promise<void>;
  readonly probeTimeoutMs?: number;
};

type Slot<T> = { readonly version: number; readonly fields: InUse<Sensitive<T>> };

/** The end of a secret that the application holds. */
export class SecretHandle<T> implements Participant {
  readonly provesUse: boolean;
  readonly #keeper: SecretKeeper;
  readonly #options: SecretOptions<T>;
  readonly #clock: SdkClock;
  #slot: Slot<T> | null = null;

  constructor(keeper: SecretKeeper, options: SecretOptions<T>, clock: SdkClock) {
    this.#keeper = keeper;
    this.#options = options;
    this.#clock = clock;
    this.provesUse = options.probe !== undefined;
  }

  async prepare({ version, fields }: HeldVersion): Promise<Prepared> {
    const { parse, probe, probeTimeoutMs = 10_000 } = this.#options;
    const slot: Slot<T> = { version, fields: new InUse(new Sensitive(parse(fields.reveal()))) };
    if (probe) await withDeadline(probe(slot.fields.value.reveal()), probeTimeoutMs, this.#clock);
    return { swap: () => void (this.#slot = slot), abandon: () => undefined };
  }

  close(): Promise<void> {
    return this.#slot?.fields.idle() ?? Promise.resolve();
  }

  /** The function that the application calls; only after the handle has joined its keeper. */
  asFunction(): Secret<T> {
    const read = (): Sensitive<T> => {
      this.#keeper.noteRead();
      return this.#taken().fields.value;
    };
    return Object.assign(read, { address: this.#keeper.address, parse: this.#options.parse, use: this.#use.bind(this) });
  }

  async #use<R>(work: (fields: T) => R | Promise<R>): Promise<R> {
    const { version, fields } = this.#taken();
    const release = this.#keeper.hold(version);
    try {
      return await fields.use((value) => {
        this.#keeper.noteRead();
        return work(value.reveal());
      });
    } finally {
      release();
    }
  }

  #taken(): Slot<T> {
    if (!this.#slot) throw new Error('a secret is read before it was taken');
    return this.#slot;
  }
}
