import type { BeatAnswer } from '@keyturn/contracts/subscriber';
import { errorWord } from './error-word.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Holding, Vault } from './ports/vault.ts';

export type HeartbeatDeps = {
  readonly vault: Vault;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly everyMs: number;
  readonly holdings: () => readonly Holding[];
  /** What the vault says is current, and to be tried: the level that an instance must reach, whatever it has heard. */
  readonly onAnswer: (answer: BeatAnswer) => void;
};

/** Tells the vault at a steady pace, and at once where something changed, which versions this instance holds. */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #cancel: () => void = () => undefined;
  #isQueued = false;
  #isStopped = false;
  #trouble: string | null = null;
  #answeredAt: number | null = null;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /** Milliseconds since the last beat that was answered; null before the first. */
  silence(): number | null {
    return this.#answeredAt === null ? null : Math.round(this.#deps.clock.elapsed() - this.#answeredAt);
  }

  start(): void {
    this.#cancel = this.#deps.clock.after(this.#deps.everyMs, () => {
      if (this.#isStopped) return;
      this.start();
      this.beatSoon();
    });
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancel();
  }

  /** Sends a beat as soon as its turn comes. One that still waits for its turn tells everything already. */
  beatSoon(): void {
    if (this.#isQueued || this.#isStopped) return;
    this.#isQueued = true;
    void this.#beat();
  }

  async #beat(): Promise<void> {
    const { vault, clock, holdings, onAnswer } = this.#deps;
    const leaving = (): readonly Holding[] => {
      this.#isQueued = false; // what changes from here on needs another beat
      return holdings();
    };
    try {
      const answer = await vault.beat(leaving);
      this.#note(answer.ok ? null : `refused: ${answer.refusal.code}`);
      if (!answer.ok) return;
      this.#answeredAt = clock.elapsed();
      onAnswer(answer.value);
    } catch (fault) {
      this.#note(`unanswered: ${errorWord(fault)}`);
    }
  }

  /** Logs when beats begin to fail and when they are heard again, not each one. */
  #note(trouble: string | null): void {
    if (trouble === this.#trouble) return;
    if (trouble) this.#deps.log.warn('beat.failed', { why: trouble });
    else this.#deps.log.info('beat.heard-again');
    this.#trouble = trouble;
  }
}
