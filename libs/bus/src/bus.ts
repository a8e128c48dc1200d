import type { Reply } from '@keyturn/contracts';

/** Headers of a message, by exact name. */
export type Headers = Readonly<Record<string, string>>;

/** A message that arrived, its payload parsed from JSON (once somebody looks at it) and nothing more. */
export type Incoming = {
  readonly subject: string;
  readonly payload: unknown;
  readonly headers: Headers;
  /** Until when the sender waits, where it said so. */
  readonly deadline: Date | null;
};

export type RequestOptions = { readonly timeoutMs: number; readonly headers?: Headers };

export type ServeOptions = {
  /** Servers of one queue share the requests: each goes to one of them. */
  readonly queue?: string;
  /** How many requests run at once (default 64); further ones wait, and are dropped when their deadline passes meanwhile. */
  readonly concurrency?: number;
};

export type ServeHandler = (message: Incoming) => Promise<Reply>;
export type NoticeHandler = (message: Incoming) => void | Promise<void>;
/** `stop` takes nothing new and resolves when what had come is done. */
export type Subscribed = { readonly stop: () => Promise<void> };
export type BusStatus = 'connected' | 'disconnected' | 'closed';

/**
 * Request/reply and plain messages over NATS, as JSON. Nothing here is stored or repeated: a request is answered, refused, or ends in one
 * of the faults of `faults.ts`.
 */
export interface Bus {
  /**
   * Asks and waits at most `timeoutMs`; the deadline goes along. Throws `NoResponders`, `ServiceUnavailable`, `RequestTimedOut` or
   * `ServiceFault`. A body over the limit comes back as a refusal, unsent.
   */
  request(subject: string, payload: unknown, options: RequestOptions): Promise<Reply>;
  /** Answers requests. A fault of the handler is logged here and reaches the requester as a bare `ServiceFault`, without its message. */
  serve(subject: string, options: ServeOptions, handler: ServeHandler): Subscribed;
  /** Sends and forgets; lost where nobody listens or while the connection is down. */
  publish(subject: string, payload: unknown, headers?: Headers): void;
  /** Hears every message of the subject (wildcards allowed), one after another. A fault of the handler is logged, and the next one comes. */
  subscribe(subject: string, handler: NoticeHandler): Subscribed;
  /** Calls with every change of the connection's state, until the returned function is called. */
  readonly onStatus: (listener: (status: BusStatus) => void) => () => void;
  readonly isConnected: () => boolean;
  /** Resolves once the server has seen everything sent so far, subscriptions included. */
  flush(): Promise<void>;
  /** Takes nothing new, finishes what runs, sends what is left, closes. */
  drain(): Promise<void>;
  /** Closes at once. */
  close(): Promise<void>;
}
