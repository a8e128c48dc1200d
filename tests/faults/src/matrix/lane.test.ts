import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunRecord } from '../check/run-record.ts';
import { restlessness } from './lane.ts';

const good = RunRecord.parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../fixtures/good-chosen.json'), 'utf8')));
const left = (change: Partial<RunRecord>): string[] => restlessness({ ...good, ...change }, good.began);

describe('a run', () => {
  it('rests where all is done', () => expect(left({})).toEqual([]));

  it.each<[string, Partial<RunRecord>]>([
    ['a rotation is open', { events: good.events.filter(({ type }) => type !== 'rotation.completed') }],
    ['the ledger owes something', { events: good.events.filter(({ type }) => type !== 'ledger.settled') }],
    ['two does not use the current version', { uses: [...good.uses, { ...good.uses[0]!, instance: 'two' }] }],
    ['the provider takes 0 versions', { living: [] }],
    ['the stream is behind', { feed: good.feed?.slice(0, -1) }],
    ['audit is behind', { entries: good.entries.slice(0, -1) }],
    ['two has not tried version 1, which is revoked', { oldTries: good.oldTries?.filter(({ instance }) => instance !== 'two') }],
  ])('does not rest where %s', (what, change) => expect(left(change)).toContain(what));
});
