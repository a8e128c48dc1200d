/** What the service writes every 250 ms: counted since its start. */
export type OrdersStats = {
  readonly consumer: string;
  readonly instance: string | null;
  readonly at: string;
  /** Milliseconds on this process's own clock, which only rises. */
  readonly monotonicMs: number;
  /** Logins in anew and connections of the pool. */
  readonly loginsTried: number;
  readonly loginsFailed: number;
  readonly queriesTried: number;
  readonly queriesFailed: number;
  /** The version in use, and all that are held, draining ones included. */
  readonly version: number | null;
  readonly generation: number | null;
  readonly holds: readonly number[];
  readonly isAcknowledged: boolean;
  readonly isConnected: boolean;
  readonly swaps: number;
  readonly lastSwapAt: string | null;
};

/** One line of `<STATS_FILE>.failures.jsonl`. */
export type OrdersFailure = {
  readonly kind: 'login' | 'query';
  /** The SQLSTATE, or the error's name where the server said nothing. */
  readonly code: string;
  readonly version: number;
  readonly worker: number;
  /** When the try began. */
  readonly began: string;
  /** When it had failed. */
  readonly at: string;
  readonly monotonicMs: number;
};

/** Where and with what a try was made. */
export type Attempt = Pick<OrdersFailure, 'kind' | 'version' | 'worker'>;

const codeOf = (error: unknown): string => {
  if (typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unnamed';
};

/** Counts tries and failures; each failure is handed on at once. */
export class Tally {
  readonly counts = { loginsTried: 0, loginsFailed: 0, queriesTried: 0, queriesFailed: 0 };
  readonly #onFailure: (failure: OrdersFailure) => void;
  readonly #now: () => Date;

  constructor(onFailure: (failure: OrdersFailure) => void, now: () => Date) {
    this.#onFailure = onFailure;
    this.#now = now;
  }

  /** The pool has logged in. */
  loggedIn(): void {
    this.counts.loginsTried += 1;
  }

  /** The pool is asked for a connection: a login counts when it has logged in, and when it could not, or not in time. */
  async connecting<T>(where: Pick<Attempt, 'version' | 'worker'>, connect: () => Promise<T>): Promise<T> {
    const began = this.#now();
    try {
      return await connect();
    } catch (error) {
      this.counts.loginsTried += 1;
      this.#failed({ kind: 'login', ...where }, began, error);
      throw error;
    }
  }

  async count<T>(attempt: Attempt, work: () => Promise<T>): Promise<T> {
    this.counts[attempt.kind === 'login' ? 'loginsTried' : 'queriesTried'] += 1;
    const began = this.#now();
    try {
      return await work();
    } catch (error) {
      this.#failed(attempt, began, error);
      throw error;
    }
  }

  #failed({ kind, version, worker }: Attempt, began: Date, error: unknown): void {
    this.counts[kind === 'login' ? 'loginsFailed' : 'queriesFailed'] += 1;
    const when = { began: began.toISOString(), at: this.#now().toISOString(), monotonicMs: Math.round(performance.now()) };
    this.#onFailure({ kind, code: codeOf(error), version, worker, ...when });
  }
}
