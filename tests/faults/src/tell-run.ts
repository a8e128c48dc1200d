import type { Failure, LoggedEvent, RunFacts } from './run-facts.ts';

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
  return `${type} ${kept.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' ')}`;
};

/** The first and the last of a kind: a server that is down fails hundreds. */
const failureLines = (instance: string, failures: readonly Failure[]) =>
  [...Map.groupBy(failures, ({ kind, version, code }) => `failed a ${kind} with version ${version}: ${code}`)].flatMap(([what, alike]) => {
    const ends = alike.length === 1 ? alike : [alike[0], alike.at(-1)];
    return ends.flatMap((failure, end) =>
      failure ? [{ at: failure.at, line: `!!! orders/${instance} ${what}${end === 0 ? '' : ` (the last of ${alike.length})`}` }] : [],
    );
  });

/** The timeline of a run: what was recorded, what failed, and what was done to the stack, in order of time. */
export const tellRun = (facts: Pick<RunFacts, 'events' | 'instances'>, notes: readonly Note[]): string => {
  const began = notes[0]?.at ?? '';
  const lines = [
    ...notes.map(({ at, what }) => ({ at, line: `*** ${what}` })),
    ...facts.events.map((event) => ({ at: event.recordedAt, line: `${event.position} ${wordsOf(event)}` })),
    ...facts.instances.flatMap(({ instance, failures }) => failureLines(instance, failures)),
  ];
  return lines
    .filter(({ at }) => at >= began)
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .map(({ at, line }) => `${String(Date.parse(at) - Date.parse(began)).padStart(7)} ms  ${line}`)
    .join('\n');
};
