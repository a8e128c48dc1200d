import type { Address } from '@keyturn/contracts';

/**
 * The connection to Keyturn, as little of it as the SDK needs. Nothing is queued in it: a request without an answer is a fault,
 * thrown, and the caller decides whether to repeat it.
 */
export interface Wire {
  /** Sends one request and gives the answer's parsed JSON. Throws where nobody answered in time. */
  request(subject: string, message: unknown): Promise<unknown>;
  /** Hears the notices of one address, malformed ones included; the returned function stops it. */
  hear(address: Address, listener: (event: string, notice: unknown) => void): () => void;
  /** Calls back each time that the connection has come back after a break. */
  onReconnect(listener: () => void): void;
  isConnected(): boolean;
  /** Resolves once the other end knows all that is heard here. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
