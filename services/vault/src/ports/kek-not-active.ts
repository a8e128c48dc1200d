/** A key was wrapped under a KEK that is not the active one any more. Nothing was recorded; wrap anew and repeat. */
export class KekNotActive extends Error {
  override readonly name = 'KekNotActive';

  constructor(kekId: string) {
    super(`${kekId} is not the active KEK`);
  }
}
