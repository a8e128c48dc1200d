import { isAllowed, isPolicyAction, ROLES } from '@keyturn/contracts/access';
import { describe, expect, it } from 'vitest';
import { memoryConvictions } from './adapters/memory/convictions.ts';
import { memoryEntrySearch } from './adapters/memory/entry-search.ts';
import { memoryEntryStore } from './adapters/memory/entry-store.ts';
import { type AnswerDeps, answerQuery, AUDIT_QUERY_NAMES } from './answer-query.ts';
import type { Lag } from './integrity/lag.ts';
import { GENESIS } from './ports/entry-store.ts';
import { sortBatch } from './projection/sort-batch.ts';
import { CREDENTIAL, arrivedAt, recordedAt, sample, witnessed } from './testing/sample-events.ts';

const actor = { kind: 'person', id: 'ada', roles: ['auditor'] };
const REBUILD = { generation: 2, state: 'building', position: 0, refusedBecause: null, compared: null } as const;
const CONVICTION = { position: 2, sentence: 'position 2 was witnessed with another hash' };

const ROTATIONS = [9, 7].map((position) => ({
  position,
  credentialId: CREDENTIAL,
  address: 'system.postgres.orders',
  epoch: position,
  status: 'open' as const,
  requestedBy: 'Ada',
  requestedAt: '2026-01-02T03:04:05.123456Z',
  committedAt: null,
  endedAt: null,
  durationMs: null,
  convergenceMs: null,
  failure: null,
}));

const stored = async (troubles: string[] = [], found = [CONVICTION].slice(1), lag: Lag | null = null): Promise<AnswerDeps> => {
  const store = memoryEntryStore();
  await store.append(GENESIS, sortBatch(GENESIS, [arrivedAt(1), arrivedAt(2), arrivedAt(3)]).taken);
  return {
    store,
    search: memoryEntrySearch(store.events),
    rotations: {
      rotations: async () => ROTATIONS,
      count: async (since) => ({ requested: Number(since.slice(8)), completed: 2, failed: 1 }),
    },
    projector: { troubles: () => troubles },
    convictions: memoryConvictions(found),
    rebuilds: { request: async () => REBUILD, latest: async () => null },
    lost: { entries: async () => ({ items: [], total: 0 }), reach: async () => null, shreds: async () => [] },
    usage: {
      days: async ({ credentialIds: [credentialId = ''], since }) => [{ credentialId, day: since, reveals: 1, resolutions: 2, fetches: 0 }],
    },
    clock: { now: () => new Date('2026-03-30T12:00:00Z') },
    guard: { check: async () => ({ found, isWhole: true }), lag: { lag: () => lag, trouble: () => (lag === null ? null : 'far behind') } },
  };
};

describe('access.read', () => {
  it('answers who had the secret, newest first and a page at a time', async () => {
    const store = memoryEntryStore();
    const revealed = [1, 2, 3].map((position) => witnessed(recordedAt(position, sample('secret.revealed'))));
    await store.append(GENESIS, revealed);
    const deps = { ...(await stored()), store };
    const page = await answerQuery('access.read', { actor, data: { credentialId: CREDENTIAL, limit: 2 } }, deps);
    expect(page).toMatchObject({ ok: { items: [{ position: 3 }, { position: 2 }], nextBefore: 2, projectedTo: 3 } });
    const last = await answerQuery('access.read', { actor, data: { credentialId: CREDENTIAL, limit: 2, before: 2 } }, deps);
    expect(last).toMatchObject({ ok: { items: [{ position: 1, what: 'fetched' }], nextBefore: null } });
  });
  it('leaves out what is no access', async () => {
    const reply = await answerQuery('access.read', { actor, data: { credentialId: CREDENTIAL } }, await stored());
    expect(reply).toMatchObject({ ok: { items: [], projectedTo: 3 } });
  });
});

describe('audit.entries', () => {
  it('answers what happened, newest first and a page at a time', async () => {
    const deps = await stored();
    const page = await answerQuery('audit.entries', { actor, data: { limit: 2 } }, deps);
    expect(page).toMatchObject({ ok: { items: [{ position: 3 }, { position: 2 }], nextCursor: '2', projectedTo: 3, convictions: [] } });
    const last = await answerQuery('audit.entries', { actor, data: { limit: 2, cursor: '2' } }, deps);
    expect(last).toMatchObject({ ok: { items: [{ position: 1 }], nextCursor: null } });
  });
  it.each([
    [{ from: '2026-01-02', to: '2026-01-03' }, 3],
    [{ to: '2026-01-02' }, 0],
    [{ from: '2026-01-02T04:04:05.123+01:00' }, 3],
    [{ from: '2026-01-02T03:04:05.124Z' }, 0],
  ])('takes times as people write them: %j', async (data, found) => {
    const reply = await answerQuery('audit.entries', { actor, data }, await stored());
    expect(reply).toMatchObject({ ok: { items: { length: found } } });
  });
  it('says of what audit convicts the log', async () => {
    const reply = await answerQuery('audit.entries', { actor, data: {} }, await stored([], [CONVICTION]));
    expect(reply).toMatchObject({ ok: { convictions: [CONVICTION] } });
  });
  it.each([{ cursor: '0' }, { cursor: 'x' }, { from: 'yesterday' }, { person: '' }, { text: 'a\0b' }, { text: '\ud800' }, { limit: 501 }])(
    'is refused to %j',
    async (data) => {
      expect(await answerQuery('audit.entries', { actor, data }, await stored())).toMatchObject({ refusal: { code: 'message-invalid' } });
    },
  );
});

describe('audit.access', () => {
  it('turns its page over what gave nobody anything', async () => {
    const store = memoryEntryStore();
    const told = ['secret.revealed', 'rotation.requested', 'access.refused'] as const;
    await store.append(
      GENESIS,
      told.map((type, index) => witnessed(recordedAt(index + 1, sample(type)))),
    );
    const deps = { ...(await stored()), store, search: memoryEntrySearch(store.events) };
    const page = await answerQuery('audit.access', { actor, data: { limit: 1 } }, deps);
    expect(page).toMatchObject({
      ok: { items: [{ what: 'refused', address: 'system.postgres.orders' }], nextCursor: '3', projectedTo: 3 },
    });
    const last = await answerQuery('audit.access', { actor, data: { limit: 1, cursor: '3' } }, deps);
    expect(last).toMatchObject({ ok: { items: [{ what: 'fetched', credentialId: CREDENTIAL }], nextCursor: null } });
  });
});

describe('rotations.list', () => {
  it('turns pages by where a rotation was asked for', async () => {
    const { position: _place, ...newest } = ROTATIONS[0]!;
    const page = await answerQuery('rotations.list', { actor, data: { limit: 1 } }, await stored());
    expect(page).toEqual({ ok: { items: [newest], nextCursor: '9', projectedTo: 3 } });
    expect(await answerQuery('rotations.list', { actor, data: { limit: 2 } }, await stored())).toMatchObject({ ok: { nextCursor: null } });
  });
  it('counts those of the last 30 days', async () => {
    expect(await answerQuery('rotations.count', { actor, data: {} }, await stored())).toEqual({
      ok: { requested: 1, completed: 2, failed: 1 },
    });
  });
  it('tells a user nothing', async () => {
    const reply = await answerQuery('rotations.list', { actor: { ...actor, roles: ['user'] }, data: {} }, await stored());
    expect(reply).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
});

const ofAudit = AUDIT_QUERY_NAMES.filter((name) => isPolicyAction(name));
/** What a question needs to be understood. */
const DATA: Partial<Record<(typeof AUDIT_QUERY_NAMES)[number], unknown>> = {
  'access.read': { credentialId: CREDENTIAL },
  'usage.read': { credentialIds: [CREDENTIAL] },
};
const cells = ofAudit.flatMap((action) => [...ROLES, 'none'].map((role) => [action, role, isAllowed(action, 'system', [role])] as const));
it.each(cells)('the policy for %s and %s: %s', async (action, role, allowed) => {
  const reply = await answerQuery(action, { actor: { ...actor, roles: [role] }, data: DATA[action] ?? {} }, await stored());
  expect(reply).toMatchObject(allowed ? { ok: {} } : { refusal: { code: 'not-allowed', action } });
});

describe('usage.read', () => {
  const data = { credentialIds: [CREDENTIAL] };
  it('answers the gateway about the last 30 days', async () => {
    const gateway = { kind: 'service', id: 'api-gateway', roles: ['gateway'] };
    const reply = await answerQuery('usage.read', { actor: gateway, data }, await stored());
    expect(reply).toEqual({ ok: { items: [{ credentialId: CREDENTIAL, day: '2026-03-01', reveals: 1, resolutions: 2, fetches: 0 }] } });
  });
  it('tells a user nothing', async () => {
    const reply = await answerQuery('usage.read', { actor: { ...actor, roles: ['user'] }, data }, await stored());
    expect(reply).toMatchObject({ refusal: { code: 'not-allowed' } });
  });
});

describe('timeline.read', () => {
  it('answers a page, oldest first', async () => {
    const reply = await answerQuery('timeline.read', { actor, data: { credentialId: CREDENTIAL, after: 1, limit: 1 } }, await stored());
    expect(reply).toMatchObject({ ok: { items: [{ position: 2 }], projectedTo: 3, total: 3 } });
  });
  it('answers a page, newest first', async () => {
    const newest = { credentialId: CREDENTIAL, order: 'newest', limit: 2 };
    expect(await answerQuery('timeline.read', { actor, data: newest }, await stored())).toMatchObject({
      ok: { items: [{ position: 3 }, { position: 2 }], total: 3 },
    });
    const older = { ...newest, before: 2 };
    expect(await answerQuery('timeline.read', { actor, data: older }, await stored())).toMatchObject({ ok: { items: [{ position: 1 }] } });
  });
  it('is refused to who may not read', async () => {
    const reply = await answerQuery('timeline.read', { actor: { ...actor, roles: ['user'] }, data: {} }, await stored());
    expect(reply).toEqual({ refusal: { code: 'not-allowed', action: 'timeline.read' } });
  });
  it.each([[{}], [{ actor, data: { limit: 0 } }], [{ actor, data: { credentialId: 'x' } }]])('is refused to %j', async (payload) => {
    expect(await answerQuery('timeline.read', payload, await stored())).toMatchObject({ refusal: { code: 'message-invalid' } });
  });
});

describe('health.check', () => {
  it('says how far the log is witnessed', async () => {
    expect(await answerQuery('health.check', { actor, data: {} }, await stored())).toEqual({
      ok: { ok: true, down: [], position: 3, behind: null },
    });
  });
  it('names what keeps it from going on', async () => {
    const reply = await answerQuery('health.check', { actor, data: {} }, await stored(['halted at message 4']));
    expect(reply).toEqual({ ok: { ok: false, down: ['halted at message 4'], position: 3, behind: null } });
  });
  it('says how far it is behind the vault, and since when', async () => {
    const behind = { events: 12, since: '2026-01-02T03:04:05.000Z' };
    const reply = await answerQuery('health.check', { actor, data: {} }, await stored([], [], behind));
    expect(reply).toEqual({ ok: { ok: false, down: ['far behind'], position: 3, behind } });
  });
  it('names a database that does not answer', async () => {
    const store = { ...memoryEntryStore(), checkpoint: () => Promise.reject(new Error('gone')) };
    expect(await answerQuery('health.check', { actor, data: {} }, { ...(await stored()), store })).toMatchObject({
      ok: { ok: false, down: ['database'] },
    });
  });
});

describe('a log that is not as it was witnessed', () => {
  it('is told of by every page of the timeline', async () => {
    const reply = await answerQuery('timeline.read', { actor, data: {} }, await stored([], [CONVICTION]));
    expect(reply).toMatchObject({ ok: { total: 3, convictions: [CONVICTION] } });
  });
  it('is told of by the health', async () => {
    const reply = await answerQuery('health.check', { actor, data: {} }, await stored([], [CONVICTION]));
    expect(reply).toMatchObject({ ok: { ok: false, down: [`the log is not as it was witnessed: ${CONVICTION.sentence}`] } });
  });
  it('is found when someone asks for a check', async () => {
    const reply = await answerQuery('integrity.check', { actor, data: {} }, await stored([], [CONVICTION]));
    expect(reply).toEqual({ ok: { ok: false, found: [CONVICTION], unread: null } });
  });
});

describe('status.read', () => {
  it('tells a reader all that is wrong, in one answer', async () => {
    const behind = { events: 12, since: '2026-01-02T03:04:05.000Z' };
    const reply = await answerQuery('status.read', { actor, data: {} }, await stored(['halted'], [CONVICTION], behind));
    expect(reply).toEqual({ ok: { projectedTo: 3, behind, troubles: ['halted', 'far behind'], convictions: [CONVICTION] } });
  });
  it('is refused to who may not read', async () => {
    const reply = await answerQuery('status.read', { actor: { ...actor, roles: ['user'] }, data: {} }, await stored());
    expect(reply).toEqual({ refusal: { code: 'not-allowed', action: 'status.read' } });
  });
});

describe('a rebuild', () => {
  it('is started by an admin', async () => {
    const admin = { ...actor, roles: ['admin'] };
    expect(await answerQuery('rebuild.start', { actor: admin, data: {} }, await stored())).toEqual({ ok: REBUILD });
  });
  it('is refused to who may only read', async () => {
    const reply = await answerQuery('rebuild.start', { actor, data: {} }, await stored());
    expect(reply).toEqual({ refusal: { code: 'not-allowed', action: 'rebuild.start' } });
  });
  it('is none before the first', async () => {
    expect(await answerQuery('rebuild.get', { actor, data: {} }, await stored())).toEqual({ ok: { rebuild: null } });
  });
});
