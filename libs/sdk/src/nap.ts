import type { SdkClock } from './ports/clock.ts';

/** A wait that ends after its time or when someone wakes it, whichever is first. */
export class Nap {
  readonly #clock: SdkClock;
  readonly #sleepers = new Set<() => void>();

  constructor(clock: SdkClock) {
    this.#clock = clock;
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        cancel();
        this.#sleepers.delete(end);
        resolve();
      };
      const cancel = this.#clock.after(ms, end);
      this.#sleepers.add(end);
    });
  }

  wake(): void {
    for (const end of this.#sleepers) end();
  }
}
