import type { LoggedEvent, RunFacts } from './run-facts.ts';

/** Something that the test did to the stack. */
export type Note = { readonly at: string; readonly what: string };

const KEPT = new Set([
  'version',
  'epoch',
  'from',
  'to',
  'generation',
  'instance',
  'outcome',
  'waitingFor',
  'sentence',
  'proof',
  'reasonCode',
  'how',
]);

const wordsOf = ({ type, data }: LoggedEvent): string => {
  const parsed: unknown = JSON.parse(data);
  const kept = Object.entries(Object(parsed)).filter(([name]) => KEPT.has(name));
  return `${type} ${kept.map(([name, value]) => `${name}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`).join(' ')}`;
};

/** The timeline of a run: what was recorded, what failed, and what was done to the stack, in order of time. */
export const tellRun = (facts: Pick<RunFacts, 'events' | 'instances'>, notes: readonly Note[]): string => {
  const began = notes[0]?.at ?? '';
  const lines = [
    ...notes.map(({ at, what }) => ({ at, line: `*** ${what}` })),
    ...facts.events.map((event) => ({ at: event.recordedAt, line: `${event.position} ${wordsOf(event)}` })),
    ...facts.instances.flatMap(({ instance, failures }) =>
      failures.map(({ at, kind, version, code }) => ({
        at,
        line: `!!! orders/${instance} failed a ${kind} with version ${version}: ${code}`,
      })),
    ),
  ];
  return lines
    .filter(({ at }) => at >= began)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, line }) => `${String(Date.parse(at) - Date.parse(began)).padStart(7)} ms  ${line}`)
    .join('\n');
};
