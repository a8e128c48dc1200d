import { describe, expect, it } from 'vitest';
import { hashOf } from './judge-log.ts';
import { judge } from './judge.ts';
import type { AuditedEntry, Failure, LoggedEvent, RunFacts } from './run-facts.ts';

const CREDENTIAL = 'c';
const GENESIS = '0'.repeat(64);
type Said = readonly [type: string, data: object];

const staged = (version: number, username: string, epoch: number | null): Said => [
  'credential.version-staged',
  { version, epoch, publicFields: { username } },
];
const recorded = (version: number, providerId: string): Said => ['ledger.recorded', { version, providerId }];
const settled = (version: number): Said => ['ledger.settled', { version }];

/** One whole rotation, from `orders` to `orders_kt1`. */
const ROTATED: readonly Said[] = [
  staged(1, 'orders', null),
  ['credential.rotated', { to: 1 }],
  ['rotation.requested', { epoch: 1 }],
  staged(2, 'orders_kt1', 1),
  recorded(2, 'orders_kt1'),
  ['credential.rotated', { to: 2 }],
  settled(2),
  recorded(1, 'orders'),
  ['credential.version-revoked', { version: 1, epoch: 1 }],
  settled(1),
  ['rotation.completed', { epoch: 1 }],
];

const chained = (said: readonly Said[]): LoggedEvent[] => {
  let prevHash = GENESIS;
  return said.map(([type, data], index) => {
    const hashed = {
      position: index + 1,
      stream: CREDENTIAL,
      version: index + 1,
      type,
      data: JSON.stringify({ credentialId: CREDENTIAL, ...data }),
      meta: '{"incarnation":1}',
      recordedAt: '2026-01-01T00:00:00.000000Z',
      sealedHash: null,
      sealedDigest: null,
      prevHash,
      hash: '',
    };
    prevHash = hashOf(hashed);
    return { ...hashed, hash: prevHash };
  });
};
const audited = (events: readonly LoggedEvent[]): AuditedEntry[] =>
  events.map(({ position, type, hash }) => ({ position, eventId: `1.${position}`, type, hash }));

const events = chained(ROTATED);
const good: RunFacts = {
  credentialId: CREDENTIAL,
  epochs: [1],
  events,
  entries: audited(events),
  parked: 0,
  timeline: events.map(({ position }) => position),
  roles: [
    { name: 'orders', canLogIn: false, hasPassword: false, mark: 'keyturn:c:1.1:1 erased' },
    { name: 'orders_kt1', canLogIn: true, hasPassword: true, mark: 'keyturn:c:1.1:2' },
  ],
  instances: [{ instance: 'one', loginsTried: 100, failures: [], version: 2, isAcknowledged: true }],
  outages: [],
};
const [owner, alternate] = [good.roles[0]!, good.roles[1]!];
const [one] = [good.instances[0]!];

/** The same run, with another history. */
const told = (said: readonly Said[]): RunFacts => ({ ...good, events: chained(said), entries: audited(chained(said)) });
const without = (type: string, index = 0): readonly Said[] => {
  const hits = ROTATED.filter((said) => said[0] === type);
  return ROTATED.filter((said) => said !== hits.at(index));
};
const failed = (began: string, at: string): Failure => ({ kind: 'login', code: '28P01', version: 1, began, at });
const withFailure = (began: string, at: string, outages: RunFacts['outages'] = []): RunFacts => ({
  ...good,
  instances: [{ ...one, failures: [failed(`2026-01-01T00:00:${began}Z`, `2026-01-01T00:00:${at}Z`)] }],
  outages,
});
const outage = { from: '2026-01-01T00:00:10.000Z', to: '2026-01-01T00:00:12.000Z' };

describe('the judge', () => {
  it('finds nothing in a good run', () => expect(judge(good)).toEqual([]));

  it.each<[string, RunFacts, string]>([
    ['a gap in the log', { ...good, events: events.toSpliced(3, 1) }, 'event 4 of the log has the position 5'],
    ['an event without its chain', { ...good, events: events.with(3, { ...events[3]!, prevHash: GENESIS }) }, 'event 4 does not follow'],
    ['an edited event', { ...good, events: events.with(3, { ...events[3]!, type: 'x' }) }, 'the hash of event 4 is not the hash'],
    ['a replaced ciphertext', { ...good, events: events.with(3, { ...events[3]!, sealedDigest: 'f' }) }, 'the ciphertext of event 4'],
    ['a gap within a stream', { ...good, events: events.with(3, { ...events[3]!, version: 9 }) }, 'the versions of c have a gap'],
    ['an event that audit lost', { ...good, entries: good.entries.toSpliced(4, 1) }, 'audit lost event 5 (ledger.recorded)'],
    ['an event that audit has twice', { ...good, entries: [...good.entries, good.entries[4]!] }, 'audit has event 5 2 times'],
    ['an entry that is not the event', { ...good, entries: good.entries.with(4, { ...good.entries[4]!, hash: 'f' }) }, "audit's entry 5"],
    ['a message that audit parked', { ...good, parked: 1 }, 'audit could not take 1 messages'],
    [
      'a timeline with a gap',
      { ...good, timeline: [1, 2, 3, 4, 6, 7, 8, 9, 10, 11] },
      "the credential's 11 events in order: 5 are missing",
    ],
    ['a timeline with a double', { ...good, timeline: [...good.timeline, 11] }, "the credential's 11 events in order"],
    ['a failed login', withFailure('04.000', '05.000'), 'orders/one failed a login with version 1'],
    ['one before the server went down', withFailure('09.000', '09.999', [outage]), 'orders/one failed a login'],
    ['one begun when it was up again', withFailure('12.001', '12.002', [outage]), 'orders/one failed a login'],
    ['a workload that never logged in', { ...good, instances: [{ ...one, loginsTried: 0 }] }, 'orders/one tried no login'],
    ['an instance that stayed behind', { ...good, instances: [{ ...one, version: 1 }] }, 'orders/one is at version 1'],
    ['one that never proved the version', { ...good, instances: [{ ...one, isAcknowledged: false }] }, 'orders/one is at version 2'],
    ['a rotation without an end', told(without('rotation.completed')), 'rotation 1 is neither completed nor failed'],
    ['a rotation with two ends', told([...ROTATED, ['rotation.failed', { epoch: 1 }]]), 'rotation 1 ended more than once'],
    ['an open ledger', told(without('ledger.settled', -1)), 'the ledger still owes version 1 (orders)'],
    ['a version that is neither current nor over', told(without('credential.version-revoked')), 'version 1 is neither current nor over'],
    ['a current version that is revoked', told([...ROTATED, ['credential.version-revoked', { version: 2 }]]), 'version 2 is revoked'],
    ['a live role of a revoked version', { ...good, roles: [{ ...owner, canLogIn: true }, alternate] }, 'the role orders can still log in'],
    ['a revoked password', { ...good, roles: [{ ...owner, hasPassword: true }, alternate] }, 'the role orders can still prove a password'],
    ['a role that nobody knows of', { ...good, roles: [...good.roles, { ...alternate, name: 'orders_kt2' }] }, 'no version ever used it'],
    ['a current role that is shut', { ...good, roles: [owner, { ...alternate, canLogIn: false }] }, 'current version 2 cannot log in'],
    ['a late writer', { ...good, roles: [owner, { ...alternate, mark: 'keyturn:c:1.9:9' }] }, "not the current version's mark"],
    ['a current role that is gone', { ...good, roles: [owner] }, 'the role orders_kt1 is not there'],
  ])('finds %s', (_what, facts, finding) => expect(judge(facts).join('\n')).toContain(finding));

  it.each([
    ['began before it and failed in it', '09.900', '10.100'],
    ['began in it and was written down late', '11.900', '13.500'],
  ])('excuses what was under way while the target server was down: it %s', (_what, began, at) =>
    expect(judge(withFailure(began, at, [outage]))).toEqual([]),
  );
});
