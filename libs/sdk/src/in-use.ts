/** One value and those who use it now, so that it can be let go of when the last of them is done. */
export class InUse<T> {
  readonly value: T;
  #users = 0;
  #waiting: (() => void)[] = [];

  constructor(value: T) {
    this.value = value;
  }

  async use<R>(work: (value: T) => R | Promise<R>): Promise<R> {
    this.#users += 1;
    try {
      return await work(this.value);
    } finally {
      this.#users -= 1;
      if (this.#users === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Settles when nobody uses it; the owner must have stopped to hand it out. */
  idle(): Promise<void> {
    return this.#users === 0 ? Promise.resolve() : new Promise((resolve) => void this.#waiting.push(resolve));
  }
}
