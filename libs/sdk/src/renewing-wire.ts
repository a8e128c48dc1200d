import type { Address } from '@keyturn/contracts';
import { backoff } from './backoff.ts';
import { errorWord } from './error-word.ts';
import { InUse } from './in-use.ts';
import { Nap } from './nap.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Wire } from './ports/wire.ts';
import { TryLater } from './try-later.ts';

/** A connection whose identity ends `livesMs` from now. */
export type TimedWire = { readonly wire: Wire; readonly livesMs: number };

export type RenewingWireDeps = {
  /** Gets a new identity and connects with it, in bounded time; throws where it can't, and as soon as the signal aborts. */
  readonly open: (signal: AbortSignal) => Promise<TimedWire>;
  readonly clock: SdkClock;
  readonly log: Log;
};

type Listener = (event: string, notice: unknown) => void;
type Ear = { readonly address: Address; readonly listener: Listener; readonly stops: Map<Wire, () => void> };
type Current = InUse<Wire> & { cancelExpiry?: () => void };

/** The part of a life after which the next connection is opened, and how much of that is chance, so that instances don't come at once. */
const RENEW_AT = 2 / 3;
const RENEW_JITTER = 0.1;
const RETRY = { base: 250, cap: 10_000 };
/** An identity lives for minutes: longer than this nobody's wish to be left alone is heeded. */
const LONGEST_WAIT_MS = 60_000;

class NotConnected extends Error {
  override readonly name = 'NotConnected';
}

/**
 * One wire over connections that each live for minutes, because NATS can't give a connection another identity. The next one is opened
 * before the last one ends; it listens to everything before the requests move over, and only then the last one drains: a notice is heard
 * twice rather than never. What can't be renewed goes on until it ends, and from then on isn't connected until a renewal succeeds.
 */
export class RenewingWire implements Wire {
  readonly #deps: RenewingWireDeps;
  readonly #nap: Nap;
  readonly #closing = new AbortController();
  readonly #wires = new Set<Wire>();
  readonly #ears = new Set<Ear>();
  readonly #listeners: (() => void)[] = [];
  readonly #retiring = new Set<Promise<void>>();
  #current: Current | null = null;

  private constructor(deps: RenewingWireDeps) {
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
  }

  /** Opens the first connection, trying until it succeeds or the signal aborts, and keeps it renewed from then on. */
  static async open(deps: RenewingWireDeps, signal?: AbortSignal): Promise<RenewingWire> {
    const renewing = new RenewingWire(deps);
    const giveUp = (): void => renewing.#stop();
    signal?.addEventListener('abort', giveUp, { once: true });
    const livesMs = signal?.aborted ? null : await renewing.#connect();
    signal?.removeEventListener('abort', giveUp);
    if (livesMs === null) throw new NotConnected('connecting was given up', { cause: signal?.reason });
    void renewing.#keepRenewed(livesMs);
    return renewing;
  }

  request(subject: string, message: unknown): Promise<unknown> {
    return this.#current ? this.#current.use((wire) => wire.request(subject, message)) : Promise.reject(new NotConnected(subject));
  }

  hear(address: Address, listener: Listener): () => void {
    const ear: Ear = { address, listener, stops: new Map() };
    this.#ears.add(ear);
    for (const wire of this.#wires) listen(ear, wire);
    return () => {
      this.#ears.delete(ear);
      for (const stop of ear.stops.values()) stop();
      ear.stops.clear();
    };
  }

  onReconnect(listener: () => void): void {
    this.#listeners.push(listener);
  }

  isConnected(): boolean {
    return this.#current?.value.isConnected() ?? false;
  }

  async flush(): Promise<void> {
    await this.#current?.value.flush();
  }

  async close(): Promise<void> {
    this.#stop();
    const last = this.#current;
    this.#current = null;
    if (last) this.#retire(last);
    await Promise.all(this.#retiring);
  }

  #stop(): void {
    this.#closing.abort();
    this.#nap.wake();
  }

  #isClosed(): boolean {
    return this.#closing.signal.aborted;
  }

  async #keepRenewed(firstLivesMs: number): Promise<void> {
    for (let livesMs: number | null = firstLivesMs; livesMs !== null;) {
      await this.#nap.sleep(livesMs * RENEW_AT * (1 - RENEW_JITTER * this.#deps.clock.random()));
      livesMs = await this.#connect();
    }
  }

  /** How long the new connection lives; null when this wire was closed meanwhile. */
  async #connect(): Promise<number | null> {
    const { open, clock, log } = this.#deps;
    for (let failures = 0; !this.#isClosed(); failures += 1) {
      let wait = 0;
      try {
        const next = await open(this.#closing.signal);
        await this.#moveTo(next);
        return this.#isClosed() ? null : next.livesMs;
      } catch (fault) {
        if (this.#isClosed()) break;
        wait = askedWait(fault);
        log.warn('wire.not-renewed', { why: errorWord(fault), ...(wait > 0 && { askedToWaitMs: Math.round(wait) }) });
      }
      await this.#nap.sleep(Math.max(wait, backoff(failures, { ...RETRY, random: clock.random() })));
    }
    return null;
  }

  async #moveTo({ wire, livesMs }: TimedWire): Promise<void> {
    await this.#listenOn(wire);
    if (this.#isClosed()) return this.#close(wire);
    const last = this.#current;
    const current: Current = new InUse(wire);
    current.cancelExpiry = this.#deps.clock.after(livesMs, () => this.#expire(current));
    this.#current = current;
    wire.onReconnect(() => {
      if (this.#current === current) this.#tellReconnected();
    });
    this.#deps.log.info('wire.renewed', { livesMs: Math.round(livesMs) });
    this.#tellReconnected(); // generations are compared over the new connection
    if (last) this.#retire(last);
  }

  /** Resolves when the server hears for us over it: from here on no notice is missed, even if the last connection ended now. */
  async #listenOn(wire: Wire): Promise<void> {
    this.#wires.add(wire);
    for (const ear of this.#ears) listen(ear, wire);
    try {
      await wire.flush();
    } catch (fault) {
      await this.#close(wire);
      throw fault;
    }
  }

  /** The server ends it now, too; a client left alone would knock with the old identity for ever. */
  #expire(expired: Current): void {
    if (this.#current !== expired) return;
    this.#deps.log.warn('wire.expired');
    this.#current = null;
    this.#retire(expired);
  }

  /** Lets what is under way end first. */
  #retire(retired: Current): void {
    retired.cancelExpiry?.();
    const closed = retired.idle().then(() => this.#close(retired.value));
    this.#retiring.add(closed);
    void closed.finally(() => this.#retiring.delete(closed));
  }

  async #close(wire: Wire): Promise<void> {
    this.#wires.delete(wire);
    for (const ear of this.#ears) ear.stops.delete(wire); // closing drains them
    await wire.close().catch((fault: unknown) => this.#deps.log.debug('wire.not-closed', { why: errorWord(fault) }));
  }

  #tellReconnected(): void {
    for (const listener of this.#listeners) listener();
  }
}

const listen = (ear: Ear, wire: Wire): void => void ear.stops.set(wire, wire.hear(ear.address, ear.listener));

/** How long who was asked wants to be left alone. */
const askedWait = (fault: unknown): number => (fault instanceof TryLater ? Math.min(fault.waitMs, LONGEST_WAIT_MS) : 0);
