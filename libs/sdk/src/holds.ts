/** Counts who still uses which version of one credential: what the lease says is exactly what is counted here. */
export class Holds {
  readonly #counts = new Map<number, number>();
  readonly #onReleased: (version: number) => void;

  /** `onReleased` hears of each version that nobody uses any more. */
  constructor(onReleased: (version: number) => void) {
    this.#onReleased = onReleased;
  }

  /** Counts one more user; the returned function takes it back, once. */
  hold(version: number): () => void {
    this.#counts.set(version, (this.#counts.get(version) ?? 0) + 1);
    let isHeld = true;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      const left = (this.#counts.get(version) ?? 1) - 1;
      if (left > 0) {
        this.#counts.set(version, left);
      } else {
        this.#counts.delete(version);
        this.#onReleased(version);
      }
    };
  }

  versions(): number[] {
    return [...this.#counts.keys()].toSorted((a, b) => a - b);
  }
}
