/** The KEK has wrapped as many keys as it may. */
export class KekExhausted extends Error {
  override readonly name = 'KekExhausted';
  readonly kekId: string;
  readonly wraps: number;

  constructor(kekId: string, wraps: number) {
    super(`${kekId} has wrapped ${wraps} keys, as many as it may: rotate the KEK (add another, activate it, re-wrap)`);
    this.kekId = kekId;
    this.wraps = wraps;
  }
}
