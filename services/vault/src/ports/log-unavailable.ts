/**
 * The log can't take commands, or can't say whether it took this one. Nothing was answered; repeating the same command id is safe and
 * tells what became of it.
 */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
  /** The bus answers such a fault with "not available", and the gateway with 503. */
  readonly code = 'unavailable';

  constructor(cause: unknown) {
    super('the event log is unavailable; repeat with the same command id', { cause });
  }
}
