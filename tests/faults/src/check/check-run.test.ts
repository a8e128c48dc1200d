import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TRIALS } from '../matrix/trials.ts';
import { checkRun } from './check-run.ts';
import { type Fault, RunRecord } from './run-record.ts';

// Histories of real runs on the real stack.
const folder = join(import.meta.dirname, '../../fixtures');
const read = (name: string): RunRecord => RunRecord.parse(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')));

const GOOD = ['good-chosen', 'good-issued'];

const named = (record: RunRecord): string[] => [...new Set(checkRun(record).map(({ invariant }) => invariant))];
const said = (record: RunRecord): string =>
  checkRun(record)
    .map(({ invariant, sentence }) => `${invariant}: ${sentence}`)
    .join('\n');

describe('the checker', () => {
  it.each(GOOD)('finds nothing in a %s run', (name) => expect(checkRun(read(name))).toEqual([]));

  // The first bug that the matrix found: the product took a token for used for ever once it had been used through two samples.
  it('convicts the rotation that never ended', () => {
    expect(said(read('never-idle'))).toContain('I13: rotation 1 is neither completed nor failed');
    expect(named(read('never-idle'))).toEqual(['I2', 'I13']);
  });

  // Each is the record of a run with that bug in a running process; `pnpm test:matrix --seeded --record` writes them anew.
  it.each(Object.entries(TRIALS))(
    'convicts the seeded bug %s by what it breaks, and of nothing else',
    (bug, { cell, convicts, also = [] }) => {
      expect(read(bug)).toMatchObject({ bug, cell });
      expect(named(read(bug))).toEqual([convicts, ...also]);
    },
  );

  it('knows every fixture', () => {
    const known = [...GOOD, ...Object.keys(TRIALS), 'never-idle'].map((name) => `${name}.json`);
    expect(readdirSync(folder).toSorted()).toEqual(known.toSorted());
  });
});

const good = read('good-chosen');
const REFUSED = { outcome: 'fail', said: '409 rotation-open', epoch: null } as const;
const LATER = '2999-01-01T00:00:00.000Z';
const GAP = { instance: 'two', from: '2026-11-29T02:07:10.000Z', to: '2026-11-29T02:07:12.500Z' } as const;
const last = good.events.at(-1)!;
const uses = (change: (record: RunRecord) => Partial<RunRecord>): string => said({ ...good, ...change(good) });

/** A run whose rotation ended so long after its fault. */
const endedAfter = (seconds: number, kind: Fault['kind']): Partial<RunRecord> => {
  const recordedAt = new Date(Date.parse(good.fault.at) + seconds * 1_000).toISOString();
  const events = good.events.map((event) => (event.type === 'rotation.completed' ? { ...event, recordedAt } : event));
  return { fault: { ...good.fault, kind }, events };
};

describe('the checker, on a good run with one thing changed', () => {
  it.each<[string, string, (record: RunRecord) => Partial<RunRecord>]>([
    [
      'a refused use',
      'I1: one was refused',
      () => ({ refused: [{ instance: 'one', version: 1, from: good.began, at: good.began, code: '28P01' }] }),
    ],
    ['a subscriber that did nothing', 'I1: two used nothing', () => ({ uses: good.uses.filter(({ instance }) => instance !== 'two') })],
    ['a subscriber that was let in nowhere for a while', 'I1: two was let in nowhere for 2500 ms', () => ({ gaps: [GAP] })],
    [
      'a subscriber that goes on with a version while it is revoked',
      'I1: the revocation of version 1 began while one was using it',
      () => ({ uses: [...good.uses, { ...good.uses[0]!, instance: 'one', lastFrom: LATER }] }),
    ],
    [
      'a subscriber that went back',
      'I13: one is not at version 2, which is current',
      () => ({ uses: [...good.uses, { ...good.uses[0]!, instance: 'one' }] }),
    ],
    ['more uses than the provider saw', 'I1: one says that it was let in', () => ({ accepted: [] })],
    [
      'uses that only somebody else’s logins would make up for',
      'I1: two says that it was let in',
      ({ accepted }) => ({ accepted: accepted.map((one) => (one.by === 'matrix-two' ? { ...one, by: 'matrix-two-probe' } : one)) }),
    ],
    [
      'an orphan',
      'I2: the provider still takes orders_kt9',
      () => ({ living: [...good.living, { login: 'orders_kt9', accepts: true, isThere: true, mark: null }] }),
    ],
    [
      'a role that is nobody’s',
      'I2: the provider has orders_new (orders_new), which is no credential',
      () => ({ strangers: [{ login: 'orders_new', name: 'orders_new' }] }),
    ],
    [
      'a revoked version that was denied and never erased',
      'I2: the provider still has orders (',
      () => ({ living: good.living.map((one) => ({ ...one, isThere: true })) }),
    ],
    ['a lost value', 'I2: the provider does not take the current version', () => ({ living: [] })],
    ['a shredded value', 'I2: the vault has no key for the current version', () => ({ keys: [] })],
    [
      'a lost write',
      'I3: rotation 99 was acknowledged',
      () => ({ calls: [...good.calls, { ...good.calls[0]!, key: 'other', epoch: 99 }] }),
    ],
    [
      'a repeated command that is refused',
      'was acknowledged, and answered with 409 rotation-open when it was repeated',
      ({ calls }) => ({ calls: calls.map((call) => (call.what === 'rotate again' ? { ...call, ...REFUSED } : call)) }),
    ],
    [
      'a repeated command that is never answered',
      'was acknowledged, and answered with 504 when it was repeated',
      ({ calls }) => ({ calls: calls.map((call) => (call.what === 'rotate again' ? { ...call, outcome: 'info', said: '504 ' } : call)) }),
    ],
    [
      'two rivals that both won',
      'I4: rotation 1 was acknowledged to 2 rivals',
      ({ calls }) => ({ calls: [...calls, { ...calls[0]!, client: 'b', key: 'a rival' }] }),
    ],
    ['an event that nobody asked for', 'and nobody asked for it', () => ({ calls: [] })],
    ['a gap in a stream', 'I4: the versions of', () => ({ events: [...good.events.slice(0, -1), { ...last, version: last.version + 1 }] })],
    ['an entry too many', 'I5: audit has event', () => ({ entries: [...good.entries, good.entries.at(-1)!] })],
    ['an event that the stream lost', 'I5: the stream lost event', ({ feed }) => ({ feed: feed?.slice(0, -1) })],
    ['an event that the stream has twice', 'I5: the stream has event', ({ feed = [] }) => ({ feed: [...feed, ...feed.slice(-1)] })],
    [
      'an event of the stream that is another one',
      'I5: the stream',
      ({ feed }) => ({ feed: feed?.map((one, index) => (index === 3 ? { ...one, hash: '0' } : one)) }),
    ],
    ['events of the stream in another order', 'behind a later one', ({ feed }) => ({ feed: feed?.toReversed() })],
    [
      'a row that is behind its events',
      `I5: the vault's row of the credential says {"current":1,"generation":1,"openEpoch":1}, and its events say {"current":2,`,
      () => ({ projection: { current: 1, generation: 1, openEpoch: 1 } }),
    ],
    ['a row that is gone', `I5: the vault's row of the credential says null`, () => ({ projection: null })],
    ['a lost entry', 'I5: audit lost event', () => ({ entries: good.entries.slice(0, -1) })],
    ['a skipped position', 'I6: event', () => ({ events: good.events.toSpliced(2, 1) })],
    ['a commit out of order', 'I6: event', () => ({ events: [...good.events.slice(0, -1), { ...last, xid: '1' }] })],
    [
      'two values of one version',
      'I7: the subscribers know more than one value',
      () => ({ uses: [...good.uses, { ...good.uses[0]!, secretHash: 'another' }] }),
    ],
    [
      'a late writer',
      'I7: the role',
      () => ({ living: good.living.map((one) => (one.accepts ? { ...one, mark: 'keyturn:c:1.9:9' } : one)) }),
    ],
    ['a value in a log', 'I8: a value of the credential stands in vault.log', () => ({ leaks: ['vault.log'] })],
    ['an old login that got in', 'after its logins were denied', () => ({ accepted: good.accepted.map((one) => ({ ...one, to: LATER })) })],
    [
      'an old version that a subscriber got in with',
      'I11: one was let in with version 1',
      () => ({ oldTries: [{ instance: 'one', version: 1, from: LATER, at: LATER, code: null }] }),
    ],
    [
      'an old version that an instance did not try',
      'I11: two did not try version 1 after its revocation',
      ({ oldTries = [] }) => ({ oldTries: oldTries.filter(({ instance }) => instance !== 'two') }),
    ],
    [
      'an old version that the one did not try who was not killed',
      'I11: two did not try version 1 after its revocation',
      ({ fault }) => ({ oldTries: [], fault: { ...fault, subscribers: ['one'] } }),
    ],
    [
      'a rotation that failed by itself',
      'I13: rotation 1 failed, and nobody had cancelled it',
      ({ events }) => ({
        events: events.map((event) => (event.type === 'rotation.completed' ? { ...event, type: 'rotation.failed' } : event)),
      }),
    ],
    ['a rotation that ended too late after a kill', 'I13: rotation 1 ended 63 s after somebody was killed', () => endedAfter(63, 'killed')],
    [
      'a rotation that ended too late after a pause',
      'I13: rotation 1 ended 78 s after somebody was paused',
      () => endedAfter(78, 'paused'),
    ],
    [
      'a worker that nobody stood in for',
      'I13: no other worker ended rotation 1',
      () => ({ missed: ['no other worker ended rotation 1 while the first one was paused'] }),
    ],
    ['a rotation without an end', 'I13: rotation', () => ({ events: good.events.filter(({ type }) => type !== 'rotation.completed') })],
  ])('finds %s', (_what, sentence, change) => expect(uses(change)).toContain(sentence));

  it('takes a refused try with an old version for what it must be', () =>
    expect(
      uses(({ instances }) => {
        return { oldTries: instances.map((instance) => ({ instance, version: 1, from: LATER, at: LATER, code: '28P01' })) };
      }),
    ).toBe(''));

  it('asks nothing of one that was killed but that it works at the end', () =>
    expect(uses(({ fault }) => ({ fault: { ...fault, subscribers: ['one', 'two'] }, oldTries: [], gaps: [GAP] }))).toBe(''));

  it('gives a rotation more time whose worker was paused than one whose victim was killed', () => {
    expect(uses(() => endedAfter(63, 'paused'))).not.toContain('I13');
    expect(uses(() => endedAfter(59, 'killed'))).not.toContain('I13');
  });
});
