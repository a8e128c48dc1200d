import { expect, it } from 'vitest';
import { type BatchPlan, planBatch } from '../../log/plan-batch.ts';
import { CHAIN_START } from '../../log/verify-chain.ts';
import { tally, tallyJob } from '../../testing/tally.ts';
import { metStreams } from './met-streams.ts';
import { stateCache } from './state-cache.ts';

const plan = (commandId: string, events?: readonly []): BatchPlan =>
  planBatch([{ fold: tally, job: tallyJob({ commandId, stream: 's', ...(events ? { events } : {}) }) }], {
    now: '2026-01-01T00:00:00.000000Z',
    incarnation: 1,
    head: CHAIN_START,
    known: new Map(),
    owners: new Map(),
    leases: new Map(),
    activeKek: null,
    keks: new Map(),
    headOf: () => ({ version: 0, position: 0 }),
    states: new Map([['s', new Map([[tally, { version: 0, position: 0, state: tally.initial }]])]]),
  });

it('answers a repeat from what is on its way only where the head says whether it was committed', () => {
  const streams = metStreams({ cache: stateCache(10), capacity: 10 });
  const appends = plan('appends');
  streams.advance(appends);
  streams.advance(plan('changes nothing', []));
  expect([...streams.commands().keys()]).toEqual(['appends']);
  streams.landed(appends);
  expect([...streams.commands().keys()]).toEqual([]);
});
