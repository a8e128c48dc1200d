import type { Address, Refusal } from '@keyturn/contracts';
import type { Result } from '@keyturn/kernel';
import type { Trace, Tracer } from '@keyturn/telemetry';
import { backoff } from './backoff.ts';
import { errorWord } from './error-word.ts';
import type { HeldVersion } from './held-version.ts';
import { Nap } from './nap.ts';
import type { SdkClock } from './ports/clock.ts';
import type { Log } from './ports/log.ts';
import type { Report, Vault } from './ports/vault.ts';

/** `trace`: of the change that it reports. */
type Owed = {
  readonly commandId: string;
  readonly version: HeldVersion;
  readonly report: Report;
  readonly trace: Trace | undefined;
};

export type ReporterDeps = {
  readonly address: Address;
  readonly vault: Vault;
  readonly clock: SdkClock;
  readonly log: Log;
  readonly tracer: Tracer;
  /** The vault is at another generation than the one reported on. */
  readonly onOtherGeneration: (generation: number) => void;
};

const RETRY = { base: 250, cap: 10_000 };
const AFTER_REFUSAL = { base: 1_000, cap: 60_000 };

/** Owes the vault the last report on one credential, and repeats it until it is answered. A newer report replaces an older one. */
export class Reporter {
  readonly #deps: ReporterDeps;
  readonly #nap: Nap;
  #owed: Owed | null = null;
  #last: { readonly generation: number; readonly ok: boolean } | null = null;
  #isSending = false;
  #isStopped = false;

  constructor(deps: ReporterDeps) {
    this.#deps = deps;
    this.#nap = new Nap(deps.clock);
  }

  owe(version: HeldVersion, report: Report): void {
    if (this.#isStopped) return;
    this.#last = { generation: version.generation, ok: report.ok };
    this.#owed = { commandId: this.#deps.clock.newId(), version, report, trace: this.#deps.tracer.active() };
    this.#nap.wake();
    void this.#send();
  }

  /** What was last said of this generation, sent or not; null where nothing was. */
  said(generation: number): 'ok' | 'failed' | null {
    return this.#last?.generation === generation ? (this.#last.ok ? 'ok' : 'failed') : null;
  }

  isOwing(): boolean {
    return this.#owed !== null;
  }

  wake(): void {
    this.#nap.wake();
  }

  stop(): void {
    this.#isStopped = true;
    this.#owed = null;
    this.#nap.wake();
  }

  async #send(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    for (let failures = 0; this.#owed;) {
      const owed: Owed = this.#owed;
      const answer = await this.#deliver(owed);
      if (answer?.ok || (answer && answer.refusal.code === 'command-reused')) {
        if (this.#owed === owed) this.#owed = null;
        failures = 0;
        continue;
      }
      if (this.#owed !== owed) continue; // a newer report is owed by now: it goes out at once
      await this.#nap.sleep(backoff(failures++, { ...(answer ? AFTER_REFUSAL : RETRY), random: this.#deps.clock.random() }));
      if (answer && this.#owed === owed) await this.#renew(owed);
    }
    this.#isSending = false;
  }

  #deliver(owed: Owed): Promise<Result<'recorded', Refusal> | null> {
    const attributes = { 'keyturn.version': owed.version.version, 'keyturn.ok': owed.report.ok };
    return this.#deps.tracer.continue('secret.report', { parent: owed.trace ?? 'none', attributes }, () => this.#sendOnce(owed));
  }

  async #sendOnce({ commandId, version, report }: Owed): Promise<Result<'recorded', Refusal> | null> {
    const { address, vault, log } = this.#deps;
    const told = { address, version: version.version, generation: version.generation, ok: report.ok };
    try {
      const answer = await vault.acknowledge(commandId, version, report, 'use');
      if (answer.ok) log.info('secret.reported', told);
      else log.warn('secret.report-refused', { ...told, why: answer.refusal.code });
      return answer;
    } catch (fault) {
      log.debug('secret.report-unanswered', { ...told, why: errorWord(fault) });
      return null;
    }
  }

  /** A refused report (its nonce forgotten, its generation over) is made anew from what is current now, or dropped. */
  async #renew(owed: Owed): Promise<void> {
    const { address, vault, clock, onOtherGeneration } = this.#deps;
    const fetched = await vault.fetch(address, () => undefined).catch(() => null); // it is held already, or not to be
    if (!fetched?.ok || this.#owed !== owed) return;
    const version = fetched.value;
    const isSame = version.generation === owed.version.generation && version.version === owed.version.version;
    this.#owed = isSame ? { ...owed, commandId: clock.newId(), version } : null;
    if (!isSame) onOtherGeneration(version.generation);
  }
}
