import type { Clock } from '@keyturn/kernel';

const PER_MINUTE = 5;
const MINUTE = 60_000;

/** For how many times one event is to speak, which is recorded under this id, and what the last of them was about. */
export type Summary<What> = { readonly commandId: string; readonly what: What; readonly times: number };

/** At most five events a minute for each name. What came above that is owed as one event, once its minute is over. */
export type RateLimit<What> = {
  /** Is this one to be said now? */
  take(name: string, what: What): boolean;
  /** What is owed of minutes that are over, or of all there are. Names of which nothing was heard in their minute's time are forgotten. */
  owed(which: 'over' | 'all'): readonly Summary<What>[];
  /** That one is recorded. */
  said(commandId: string): void;
};

type Heard<What> = { readonly since: number; recorded: number; unsaid: number; last: What };

export const rateLimit = <What>({ clock, newId }: { readonly clock: Clock; readonly newId: () => string }): RateLimit<What> => {
  const heard = new Map<string, Heard<What>>();
  const owed = new Map<string, Summary<What>>();

  const end = (name: string, { unsaid, last }: Heard<What>): void => {
    heard.delete(name);
    if (unsaid === 0) return;
    const commandId = newId();
    owed.set(commandId, { commandId, what: last, times: unsaid });
  };
  const isOver = ({ since }: Heard<What>): boolean => clock.now().getTime() - since >= MINUTE;

  return {
    take: (name, what) => {
      const before = heard.get(name);
      if (before && isOver(before)) end(name, before);
      const known = heard.get(name) ?? { since: clock.now().getTime(), recorded: 0, unsaid: 0, last: what };
      heard.set(name, known);
      known.last = what;
      const isSaid = known.recorded < PER_MINUTE;
      if (isSaid) known.recorded += 1;
      else known.unsaid += 1;
      return isSaid;
    },
    owed: (which) => {
      for (const [name, each] of heard) if (which === 'all' || isOver(each)) end(name, each);
      return [...owed.values()];
    },
    said: (commandId) => void owed.delete(commandId),
  };
};
