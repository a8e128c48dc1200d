/** Where a command writes: results to `out`, all else to `err`. */
export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  /** May colours and a moving progress line be used there? */
  readonly outIsTty: boolean;
  readonly errIsTty: boolean;
}
