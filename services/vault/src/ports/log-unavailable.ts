/**
 * The log can't take commands, or can't say whether it took this one. Nothing was answered; repeating the same command id is safe and
 * tells what became of it.
 */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';

  constructor(cause: unknown) {
    super('the event log is unavailable; repeat with the same command id', { cause });
  }
}
