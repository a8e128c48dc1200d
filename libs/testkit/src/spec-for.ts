import type { Actor } from '@keyturn/contracts';
import type { Recorded } from '@keyturn/contracts/events';
import type { Result } from '@keyturn/kernel';
import { expect } from 'vitest';

/** `by`: whose doing it was, where that matters; an id is a person's. */
type Event = { readonly type: string; readonly data: unknown; readonly by?: string | Actor };
type Core<State, Command, Made extends Event, Refusal> = {
  readonly initial: State;
  decide(command: Command, state: State): Result<readonly Made[], Refusal>;
  evolve(state: State, recorded: Recorded): State;
};

/** When the history of a spec happened, unless a step says otherwise: one second an event, from here. */
export const SPEC_START = '2026-01-01T00:00:00.000000Z';

/** The time `seconds` after `SPEC_START`, as the log writes it. */
export const specTime = (seconds: number): string => new Date(Date.parse(SPEC_START) + seconds * 1000).toISOString().replace('Z', '000Z');

const actorOf = (by: Event['by'] = 'spec'): Actor => (typeof by === 'string' ? { kind: 'person', id: by } : by);

/** Makes a recorded event out of one that a spec names; `position` also is its second. */
export const recordedAs = (event: Event, position: number): Recorded => ({
  position,
  stream: 'spec',
  version: position,
  type: event.type,
  data: event.data,
  meta: { commandId: `command-${position}`, actor: actorOf(event.by), incarnation: 1 },
  recordedAt: specTime(position),
  sealedHash: null,
  prevHash: '',
  hash: '',
});

const bare = ({ type, data }: Event): Event => ({ type, data });

/**
 * Given/when/then for a decider: `given(...past).when(command).then(...events)`. Folds the past, decides, compares type and data exactly.
 */
export const specFor =
  <State, Command, Made extends Event, Refusal>(core: Core<State, Command, Made, Refusal>) =>
  (...past: readonly Event[]) => {
    const state = past.reduce<State>((known, event, index) => core.evolve(known, recordedAs(event, index + 1)), core.initial);
    return {
      state,
      when: (command: Command) => {
        const decided = core.decide(command, state);
        return {
          then: (...events: readonly Event[]) => expect(decided.ok ? decided.value.map(bare) : decided.refusal).toEqual(events.map(bare)),
          thenNothing: () => expect(decided).toEqual({ ok: true, value: [] }),
          thenRefused: (refusal: Refusal) => expect(decided).toEqual({ ok: false, refusal }),
        };
      },
    };
  };
