/** Something can't start or run. The message is one sentence for a person: what is wrong and what to do about it. */
export class CannotStart extends Error {
  override readonly name = 'CannotStart';
}
