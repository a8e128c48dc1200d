import type { Clock } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import type { Checkpoint } from '../ports/entry-store.ts';

/** How far audit is behind the vault, and since when there is something that it has not come to. */
export type Lag = { readonly events: number; readonly since: string };

export type LagWatchDeps = {
  readonly clock: Clock;
  readonly log: Logger;
  /** From then on it is a trouble, and no longer what is under way. */
  readonly alarmAfterMs: number;
};

/** Compares how far audit has come with how far the vault is. A relay that stands still breaks nothing: only this shows it. */
export interface LagWatch {
  /** Takes in one look at both; null where the vault gave no answer, which leaves all as it was. */
  look(projectedTo: Checkpoint, head: Checkpoint | null): void;
  lag(): Lag | null;
  /** The lag in a sentence, once it has lasted too long. */
  trouble(): string | null;
}

export const lagWatch = ({ clock, log, alarmAfterMs }: LagWatchDeps): LagWatch => {
  /** The oldest head that audit has not come to, and when it was seen. */
  let missing: { readonly position: number; readonly seenAt: number } | null = null;
  let events = 0;
  let isAlarmed = false;
  const lag = (): Lag | null => (missing === null ? null : { events, since: new Date(missing.seenAt).toISOString() });
  const isLate = (): boolean => missing !== null && clock.now().getTime() - missing.seenAt >= alarmAfterMs;
  const tell = (): void => {
    if (isLate() === isAlarmed) return;
    isAlarmed = isLate();
    if (isAlarmed) log.error('audit.behind', { ...lag() });
    else log.info('audit.level-again');
  };
  return {
    look: (projectedTo, head) => {
      if (head !== null) events = Math.max(0, head.position - projectedTo.position);
      if (missing !== null && projectedTo.position >= missing.position) missing = null;
      if (head !== null && events > 0) missing ??= { position: head.position, seenAt: clock.now().getTime() };
      tell();
    },
    lag,
    trouble: () => {
      const late = isLate() ? lag() : null;
      return late === null ? null : `${late.events} events behind the vault since ${late.since}: its relay or the stream stands still`;
    },
  };
};
