import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ok, refuse } from '@keyturn/kernel';
import type { Recorded } from '@keyturn/contracts/events';
import type { Refusal } from '@keyturn/contracts/refusals';
import type { CredentialRow } from '../ports/command-log.ts';
import { tallied, tally, tallyJob } from '../testing/tally.ts';
import { type BatchPlan, type Entry, evolveHeld, type Facts, type KnownCommand, planBatch } from './plan-batch.ts';
import { CHAIN_START, verifyChain } from './verify-chain.ts';

/** A log in the plainest form, on which batches of any size are planned and written. */
const plainLog = () => {
  const events: Recorded[] = [];
  const known = new Map<string, KnownCommand>();
  const rows = new Map<string, CredentialRow>();
  const facts = (entries: readonly Entry[]): Facts => ({
    now: '2026-01-01T00:00:00.000000Z',
    incarnation: 1,
    head: events.at(-1) ?? CHAIN_START,
    activeKek: null,
    keks: new Map(),
    leases: new Map(),
    known,
    owners: new Map([...rows.values()].map((row) => [row.address, row.credentialId])),
    headOf: (stream) => events.findLast((event) => event.stream === stream) ?? { version: 0, position: 0 },
    states: new Map(
      entries.map(({ fold, job }) => {
        const own = events.filter((event) => event.stream === job.stream);
        return [job.stream, new Map([[fold, evolveHeld(fold, { version: 0, position: 0, state: fold.initial }, own)]])];
      }),
    ),
  });
  const write = (plan: BatchPlan): void => {
    events.push(...plan.appended.map(({ recorded }) => recorded));
    for (const { commandId, ...command } of plan.commands) known.set(commandId, command);
    for (const [id, change] of plan.rows) {
      if (change) rows.set(id, change.row);
      else rows.delete(id);
    }
  };
  const submit = (entries: readonly Entry[]) => {
    const plan = planBatch(entries, facts(entries));
    write(plan);
    return plan.outcomes;
  };
  return { events, rows, submit };
};

const Step = fc.record({
  id: fc.integer({ min: 0, max: 12 }),
  fingerprint: fc.constantFrom('f', 'g'),
  stream: fc.constantFrom('s1', 's2', 's3'),
  claims: fc.constantFrom('system.a.x', 'system.a.y', undefined),
  what: fc.constantFrom('append', 'append', 'two', 'aside', 'release', 'refuse', 'throw', 'nothing'),
});
type Step = typeof Step extends fc.Arbitrary<infer Value> ? Value : never;

const bug = new Error('a bug');
const entryOf = ({ id, fingerprint, stream, claims, what }: Step): Entry => {
  const event = tallied(claims ?? `system.own.${stream}`);
  const events = {
    append: [event],
    two: [event, event],
    aside: [event, { ...event, stream: `access-${stream}` }],
    release: [tallied('system.a.x', { released: true })],
    nothing: [],
  };
  const job = tallyJob({
    commandId: `c${id}`,
    fingerprint,
    stream,
    ...(claims === undefined ? {} : { claims }),
    decide: (state, { addressTaken }) => {
      if (what === 'throw') throw bug;
      if (what === 'refuse' || addressTaken) return refuse({ code: 'credential-exists' });
      return ok({ events: events[what], verdict: { saw: state.count } });
    },
  });
  return { fold: tally, job };
};

describe('a batch', () => {
  it('comes to the same, to the byte, as its commands one by one', () => {
    fc.assert(
      fc.property(fc.array(Step, { maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (steps, size) => {
        const [together, single] = [plainLog(), plainLog()];
        const alone = steps.flatMap((step) => single.submit([entryOf(step)]));
        const batched = Array.from({ length: Math.ceil(steps.length / size) }, (_batch, at) =>
          together.submit(steps.slice(at * size, (at + 1) * size).map(entryOf)),
        ).flat();
        expect(batched).toEqual(alone);
        expect(together.events).toEqual(single.events);
        expect(together.rows).toEqual(single.rows);
        expect(verifyChain(together.events).ok).toBe(true);
        expect(new Set([...together.rows.values()].map((row) => row.address)).size).toBe(together.rows.size);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps a refusal under its id, but for the one that a new sign-in ends', () => {
    const log = plainLog();
    const { fold, job } = entryOf({ id: 1, fingerprint: 'f', stream: 's1', claims: undefined, what: 'append' });
    const refusing = (commandId: string, refusal: Refusal): Entry => ({ fold, job: { ...job, commandId, decide: () => refuse(refusal) } });
    const again = (commandId: string): Entry => ({ fold, job: { ...job, commandId } });
    const [kept, signIn] = [{ code: 'credential-exists' } as const, { code: 'recent-login-required', withinSeconds: 900 } as const];
    expect(log.submit([refusing('a', kept), refusing('b', signIn)])).toEqual([
      { verdict: { refusal: kept, repeated: false } },
      { verdict: { refusal: signIn, repeated: false } },
    ]);
    expect(log.submit([again('a'), again('b')])).toEqual([
      { verdict: { refusal: kept, repeated: true } },
      { verdict: { ok: { saw: 0 }, repeated: false } },
    ]);
  });

  it('names the streams whose heads nobody looked up', () => {
    const entry = entryOf({ id: 1, fingerprint: 'f', stream: 's1', claims: undefined, what: 'aside' });
    const states = new Map([['s1', new Map([[tally, { version: 0, position: 0, state: tally.initial }]])]]);
    const facts = {
      now: '',
      incarnation: 1,
      head: CHAIN_START,
      activeKek: null,
      keks: new Map(),
      leases: new Map(),
      known: new Map(),
      owners: new Map(),
      states,
    };
    const plan = planBatch([entry], { ...facts, headOf: (stream) => (stream === 's1' ? { version: 0, position: 0 } : undefined) });
    expect([...plan.missing]).toEqual(['access-s1']);
  });
});
