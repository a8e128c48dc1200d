import type { Address } from '@keyturn/contracts';
import { backoff } from './backoff.ts';
import { errorWord } from './error-word.ts';
import type { HeldVersion } from './held-version.ts';
import { Nap } from './nap.ts';
import type { Hold, Participant } from './participant.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Report, Vault } from './ports/vault.ts';

export type PreflightDeps = {
  readonly address: Address;
  readonly vault: Vault;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly hold: Hold;
  /** Everything that lives on the secret now: a version works here when it works for all of them. */
  readonly participants: () => readonly Participant[];
};

/** Instances that are asked together don't log in together. */
const JITTER_MS = 150;
const RETRY = { base: 200, cap: 5_000 };
const TRIES = 6;
const nothingHeld = (): void => undefined;

/**
 * Tries a pending version before it is committed, when the vault asks: builds and probes with it beside what is in use, tells the vault,
 * and throws the trial away. The application never sees the version, and what is in use is never touched.
 */
export class Preflight {
  readonly #deps: PreflightDeps;
  readonly #nap: Nap;
  #answered = 0;
  #running: Promise<void> | null = null;
  #isStopped = false;

  constructor(deps: PreflightDeps) {
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
  }

  /** A notice says that this version is to be tried; one that was answered already is only the notice's double. */
  hear(version: number): void {
    if (version !== this.#answered) this.ask();
  }

  /** The vault itself says that it waits for this instance's word. */
  ask(): void {
    // What lives on nothing yet can't say whether a version works for it.
    if (this.#running || this.#isStopped || this.#deps.participants().length === 0) return;
    this.#running = this.#run().finally(() => (this.#running = null));
  }

  /** Takes no more questions; settles when the trial under way is drained. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#nap.wake();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { clock } = this.#deps;
    await this.#nap.sleep(clock.random() * JITTER_MS);
    if (this.#isStopped) return;
    const got = await this.#fetch();
    if (!got) return;
    try {
      await this.#tell(got.version, await this.#try(got.version));
    } finally {
      got.release();
    }
  }

  /** Null where the vault wants nothing any more, or doesn't answer: then a beat brings the question again. */
  async #fetch(): Promise<{ readonly version: HeldVersion; readonly release: () => void } | null> {
    const { vault, address, hold, log } = this.#deps;
    let release = nothingHeld;
    // Held from the answer on: the vault keeps the nonce of a version only while the lease names it.
    const onFetched = ({ version }: HeldVersion): void => void (release = hold(version));
    const answer = await this.#untilAnswered(() => vault.fetchPending(address, onFetched));
    if (answer?.ok) return { version: answer.value, release };
    log.info('preflight.not-given', { address, why: answer ? answer.refusal.code : 'unanswered' });
    return null;
  }

  async #try(version: HeldVersion): Promise<Report> {
    const { clock, participants } = this.#deps;
    const startedAt = clock.elapsed();
    const all = participants();
    const outcomes = await Promise.allSettled(all.map((participant) => participant.prepare(version)));
    for (const outcome of outcomes) if (outcome.status === 'fulfilled') outcome.value.abandon();
    const elapsedMs = Math.max(0, Math.round(clock.elapsed() - startedAt));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed)
      return { ok: false, sentence: `the probe failed: ${errorWord(failed.reason, Object.values(version.fields.reveal()))}`, elapsedMs };
    const isProbed = all.some((participant) => participant.provesUse);
    return { ok: true, sentence: isProbed ? 'the probe passed' : 'nothing here probes it', elapsedMs };
  }

  async #tell(version: HeldVersion, report: Report): Promise<void> {
    const { vault, clock, log } = this.#deps;
    const commandId = clock.newId();
    const answer = await this.#untilAnswered(() => vault.acknowledge(commandId, version, report, 'preflight'));
    if (answer) this.#answered = version.version;
    const told = { address: version.address, version: version.version, ok: report.ok, sentence: report.sentence };
    if (answer?.ok) log.info('preflight.told', told);
    else log.warn('preflight.untold', { ...told, why: answer ? answer.refusal.code : 'unanswered' });
  }

  /** Repeats while nobody answers, a few times. */
  async #untilAnswered<T>(send: () => Promise<T>): Promise<T | null> {
    const { clock, log, address } = this.#deps;
    for (let failures = 0; failures < TRIES && !this.#isStopped; failures += 1) {
      try {
        return await send();
      } catch (fault) {
        log.debug('preflight.unanswered', { address, why: errorWord(fault) });
        await this.#nap.sleep(backoff(failures, { ...RETRY, random: clock.random() }));
      }
    }
    return null;
  }
}
