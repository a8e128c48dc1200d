/** What an activity knows of its own run, and how it stays alive. */
export interface Execution {
  /** The same for every attempt of one scheduled activity, and for no other: the root of its command ids. */
  readonly id: string;
  /** 1, 2, 3 …: rises with each retry after a fault. */
  readonly attempt: number;
  /** What the attempt before remembered last, if there was one. Untyped: it went through Temporal. */
  readonly remembered: unknown;
  /** Says that the activity is alive, and keeps the note (no secrets) for the next attempt. Without a note the last one is kept. */
  beat(note?: unknown): void;
  /** Waits; rejects if the run is cancelled or the worker shuts down. */
  sleep(ms: number): Promise<void>;
}
