import type { Actor } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialFact } from './happened.ts';
import { nextStep } from './next-step.ts';
import { rotationView, summaryOf } from './views.ts';

// The old version is revoked without the proof: by hand, or by the policy in somebody's name.

const { by, given, person } = spec;
type Past = readonly CredentialFact[];
const DEADLINE_S = spec.policy.deadlineMs / 1000;
const laggard = spec.lease('a', [1]);
const late = spec.facts([laggard], 20 + DEADLINE_S);
const onTime = spec.facts([laggard], 20);
const unproved = ['orders/a has not yet proved version 2', 'the provider has not yet been watched for uses of version 1'];
const held = [...spec.committed, spec.held(1)];
const force = (name = 'ada', known = late, version?: number) =>
  ({
    type: 'rotation.force',
    data: { epoch: 1, reason: spec.FORCE_REASON, by: person(name), facts: known, ...(version === undefined ? {} : { version }) },
  }) as const;
const approve = (name: string, refuseForcing: { code: 'not-allowed'; action: string } | null = null, known = late) =>
  ({ type: 'rotation.approve', data: { epoch: 1, by: person(name), facts: known, refuseForcing } }) as const;
const ASKED_S = 20 + DEADLINE_S;
const DAY_S = 86_400;

/** The same past under a policy of another kind. */
const heldUnder = (changes: Partial<typeof spec.policy>, approvals = 0) =>
  [spec.registered(changes), ...held.slice(1)].flatMap((event) =>
    event.type === 'rotation.requested' && approvals > 0 ? [spec.requestedUnder(1, approvals), by('eve', spec.approved(1, 1))] : [event],
  );
const stateAfter = (past: Past) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const stepAfter = (past: Past, known = late) => {
  const next = nextStep(stateAfter(past), 1, known);
  return next.ok ? next.value : next.refusal;
};

describe('rotation.force', () => {
  it('revokes the old version of a held rotation, and says whom it cuts off', () =>
    given(...held)
      .when(force())
      .then(spec.forced({ by: 'ada' }, ['orders/a'], unproved), spec.forcedRevoking('ada')));
  it('has the sessions ended, and says so', () => {
    const past = [...held, spec.forced({ by: 'ada' }, ['orders/a'], unproved), spec.forcedRevoking('ada')];
    expect(stepAfter(past)).toMatchObject({
      step: 'deny-logins',
      endSessions: true,
      sentence:
        'Forced by ada (that host is gone), cutting off orders/a. Denying new logins and ending the sessions of version 1 (orders).',
    });
  });
  it.each([
    ['before the commit', [...spec.ready], { code: 'rotation-uncommitted', epoch: 1 }],
    ['before the deadline', [...spec.committed], { code: 'rotation-not-held', epoch: 1 }],
    ['once the deadline was moved', [...held, spec.extended(60_000, 3_700_000)], { code: 'rotation-not-held', epoch: 1 }],
    ['once the revocation has begun', [...held, spec.revoking(1, 1)], { code: 'revocation-started', version: 1 }],
    [
      'when it is over',
      [...held, spec.revoking(1, 1), spec.denied(1, 1), spec.revoked(1, 1), spec.completed(1)],
      { code: 'rotation-closed', epoch: 1 },
    ],
    ['of none', [...spec.base], { code: 'rotation-unknown', epoch: 1 }],
  ] as const)('is refused %s', (_when, past, refusal) =>
    given(...past)
      .when(force())
      .thenRefused(refusal),
  );
  it('is refused for another version than the one that goes', () =>
    given(...held)
      .when(force('ada', late, 2))
      .thenRefused({ code: 'version-not-superseded', requested: 2 }));
});

describe('a force after a rollback', () => {
  const back = [...held, spec.withdrawn(2), spec.rolledBack(2, 1, 3), spec.held(1)];
  const known = spec.facts([spec.lease('a', [2])], 60 + DEADLINE_S);
  const missing = ['orders/a has not yet proved version 1', 'the provider has not yet been watched for uses of version 2'];
  it('revokes the withdrawn version, where that is named', () =>
    given(...back)
      .when(force('ada', known, 2))
      .then(spec.forced({ by: 'ada' }, ['orders/a'], missing, 2), spec.forcedRevoking('ada', '', 2)));
  it.each([
    ['that names none', undefined, { code: 'rotation-rolled-back', epoch: 1, version: 1 }],
    ['that names the version that is in use again', 1, { code: 'version-not-superseded', requested: 1 }],
  ] as const)('is refused to one %s', (_who, version, refusal) =>
    given(...back)
      .when(force('ada', known, version))
      .thenRefused(refusal),
  );
  it('is refused before its own deadline', () =>
    given(...back.slice(0, -1))
      .when(force('ada', known, 2))
      .thenRefused({ code: 'rotation-not-held', epoch: 1 }));
});

describe('a force where approvals are asked for', () => {
  it.each([
    ['by the rotation', heldUnder({}, 1)],
    ['by the policy of today alone', heldUnder({ approvals: 1 })],
  ])('waits for a second person: %s', (_by, past) =>
    given(...past)
      .when(force())
      .then(spec.forceAsked(['orders/a'], ASKED_S)),
  );
  const asked = [...heldUnder({}, 1), by('ada', spec.forceAsked(['orders/a'], ASKED_S))];
  it('is said, with who wants it', () => {
    expect(stepAfter(asked)).toMatchObject({
      step: 'watch',
      sentence: expect.stringContaining('ada wants to force it (that host is gone)'),
    });
    expect(summaryOf(stateAfter(asked)).attention).toMatchObject({ needs: 'force-approval' });
  });
  it('is done when another approves', () =>
    given(...asked)
      .when(approve('bob'))
      .then(
        spec.approved(1, 1, 'force'),
        spec.forced({ by: 'ada', approvedBy: 'bob' }, ['orders/a'], unproved),
        spec.forcedRevoking('ada'),
      ));
  it.each([
    ['whoever asked for it', approve('ada'), 'approver-asked-for-it'],
    ['who may not force', approve('bob', { code: 'not-allowed', action: 'rotation.force' }), 'not-allowed'],
  ])('is refused to %s', (_who, command, code) =>
    given(...asked)
      .when(command)
      .thenRefused(expect.objectContaining({ code })),
  );
  it('is asked for once', () => {
    given(...asked)
      .when(force())
      .thenNothing();
    given(...asked)
      .when(force('eve'))
      .thenRefused({ code: 'force-awaits-approval', epoch: 1 });
  });
  it('cuts off nobody whom its asker did not name, but fewer', () => {
    const [one, two] = [spec.lease('a', [1]), spec.lease('b', [1])];
    given(...asked)
      .when(approve('bob', null, spec.facts([one, two], ASKED_S)))
      .thenRefused({
        code: 'force-cuts-off-others',
        sentence: 'It would cut off orders/b too, whom ada did not name: it has to be asked for anew.',
      });
    given(...asked)
      .when(force('eve', spec.facts([one, two], ASKED_S)))
      .then(spec.forceAsked(['orders/a', 'orders/b'], ASKED_S));
    given(...asked)
      .when(approve('bob', null, spec.facts([], ASKED_S)))
      .then(
        spec.approved(1, 1, 'force'),
        spec.forced({ by: 'ada', approvedBy: 'bob' }, [], [unproved[1] ?? '']),
        spec.forcedRevoking('ada'),
      );
  });
  it('lapses when nobody approves it in time, which is recorded and ends it', () => {
    const [before, after] = [spec.facts([laggard], ASKED_S + DAY_S - 1), spec.facts([laggard], ASKED_S + DAY_S)];
    const hold = (known: typeof late) => ({ type: 'epoch.hold', data: { epoch: 1, waitingFor: 'orders/a', now: known.now } }) as const;
    const lapsed = spec.forceLapsed('Nobody approved it by 2026-01-02 01:00 UTC.');
    expect(stepAfter(asked, before)).toMatchObject({ step: 'watch' });
    given(...asked)
      .when(hold(before))
      .thenNothing();
    expect(stepAfter(asked, after)).toMatchObject({ step: 'hold' });
    given(...asked)
      .when(approve('bob', null, after))
      .thenRefused({ code: 'approval-too-late', epoch: 1 });
    given(...asked)
      .when(hold(after))
      .then(lapsed);
    expect(stepAfter([...asked, lapsed], after)).toMatchObject({ step: 'watch' });
    expect(summaryOf(stateAfter([...asked, lapsed])).attention).toMatchObject({ needs: 'held' });
    given(...asked)
      .when(force('eve', after))
      .then(spec.forceAsked(['orders/a'], ASKED_S + DAY_S));
  });
  it('lapses a day after it was asked for, where its end was not recorded', () => {
    const { until: _left, ...data } = spec.forceAsked(['orders/a'], ASKED_S).data as { until?: string };
    const old = { type: 'rotation.force-asked', data } as CredentialFact;
    const past = [...asked.slice(0, -1), old];
    const at = past.length;
    expect(stepAfter(past, spec.facts([laggard], at + DAY_S - 1))).toMatchObject({ step: 'watch' });
    expect(stepAfter(past, spec.facts([laggard], at + DAY_S))).toMatchObject({ step: 'hold' });
  });
  it('ends with the proof', () => {
    expect(stateAfter([...asked, spec.revoking(1, 1)]).rotations[0]?.forceAsked).toBeNull();
  });
  it('is forgotten when it is rejected, or the deadline moves, or the commit is taken back', () => {
    given(...asked)
      .when({ type: 'rotation.reject', data: { epoch: 1, by: person('bob'), reason: 'no' } })
      .then(spec.forceRejected('no'));
    for (const after of [[spec.forceRejected('no')], [spec.extended(1_000, 1_000)], [spec.withdrawn(2), spec.rolledBack(2, 1, 3)]]) {
      given(...asked, ...after)
        .when(approve('bob'))
        .thenRefused({ code: 'approval-not-awaited', epoch: 1 });
    }
  });
});

describe('a policy that forces', () => {
  const change = (name: string) => by(name, spec.policyChanged(spec.policy, [{ setting: 'onDeadline', to: 'force' }], name));
  const forcing = [...spec.base, change('ada'), ...spec.committed.slice(3)];
  const start = spec.revoke(1, 1, late);
  it('revokes at the deadline in the name of who answers for it', () => {
    expect(stepAfter(forcing)).toMatchObject({
      step: 'start-revocation',
      sentence: expect.stringMatching(
        /^The deadline passed and the policy of ada forces it \(that host is gone\): revoking version 1, although orders\/a/,
      ),
    });
    given(...forcing)
      .when(start)
      .then(spec.forced({ by: 'ada', how: 'policy' }, ['orders/a'], unproved), spec.forcedRevoking('ada'));
  });
  it('waits until then', () => {
    expect(stepAfter(forcing, onTime)).toMatchObject({ step: 'watch' });
    given(...forcing)
      .when(spec.revoke(1, 1, onTime))
      .thenRefused(expect.objectContaining({ code: 'revocation-not-proven' }));
  });
  it('forces nothing that was rolled back', () => {
    const back = [...forcing, spec.withdrawn(2), spec.rolledBack(2, 1, 3)];
    expect(stepAfter(back, spec.facts([spec.lease('a', [2])], 60 + DEADLINE_S))).toMatchObject({ step: 'hold', version: 2 });
  });
  it.each([
    ['nobody answers for it', [spec.registered({ onDeadline: 'force' }), ...spec.committed.slice(1)]],
    ['nobody else let it begin', forcing.map((event) => (event.type === 'rotation.requested' ? spec.requestedUnder(1, 1) : event))],
  ])('tells somebody instead where %s', (_why, past) => {
    expect(stepAfter(past)).toMatchObject({ step: 'hold' });
    expect(stepAfter([...past, spec.held(1)])).toMatchObject({ step: 'escalate' });
  });
  describe('whose value is compromised', () => {
    const admin = { ...person('adam'), roles: ['admin'], authenticatedAt: spec.facts([], 1).now.replace('000Z', 'Z') };
    const inHaste = (who: Actor) =>
      forcing.map((event) => (event.type === 'rotation.requested' ? by(who, spec.requestedInHaste(1, 300_000)) : event));
    const asked = inHaste({ ...admin, roles: ['operator'] });
    const [at5min, at1h] = [spec.facts([laggard], 320), late];
    it('waits for its own deadline, unless whoever asked might force; meanwhile somebody is told', () => {
      expect(stepAfter(asked, at5min)).toMatchObject({ step: 'hold' });
      expect(stepAfter([...asked, spec.held(1)], at5min)).toMatchObject({ step: 'escalate' });
      given(...asked)
        .when(spec.revoke(1, 1, at5min))
        .thenRefused(expect.objectContaining({ code: 'revocation-not-proven' }));
      expect(stepAfter(asked, at1h)).toMatchObject({ step: 'start-revocation' });
      given(...asked)
        .when(spec.revoke(1, 1, at1h))
        .then(spec.forced({ by: 'ada', how: 'policy' }, ['orders/a'], unproved), spec.forcedRevoking('ada'));
    });
    it.each([
      ['an admin who had just signed in', admin, 'start-revocation'],
      ['an admin who signed in long before', { ...admin, authenticatedAt: '2025-12-31T23:00:00.000Z' }, 'hold'],
      ['a program of an admin’s', { ...admin, kind: 'program' } as const, 'hold'],
    ])('is forced early or not, asked for by %s', (_who, who, step) => expect(stepAfter(inHaste(who), at5min)).toMatchObject({ step }));
    it.each([
      ['who had just signed in then', '2025-12-31T20:00:00.000Z', 'start-revocation'],
      ['who had signed in long before that', '2025-12-31T20:30:00.000Z', 'hold'],
    ])('is forced early or not where its turn in a bulk rotation comes late, asked for by an admin %s', (_who, askedAt, step) => {
      const signedIn = { ...admin, authenticatedAt: '2025-12-31T19:59:00.000Z' };
      const past = forcing.map((event) =>
        event.type === 'rotation.requested' ? by(signedIn, spec.requestedInHaste(1, 300_000, askedAt)) : event,
      );
      expect(stepAfter(past, at5min)).toMatchObject({ step });
    });
  });
  it('forces what somebody else let begin, who knew of it', () => {
    const past = [
      ...spec.base,
      change('ada'),
      by('ada', spec.requestedUnder(1, 1)),
      by('bob', spec.approved(1, 1)),
      ...spec.committed.slice(4),
    ];
    expect(stepAfter(past)).toMatchObject({ step: 'start-revocation' });
  });
});

describe('what the view says of a force', () => {
  it('is who, why and whom it cut off, with the sessions that were ended', () => {
    const ended = { sessions: 2, sentence: 'Ended 2 sessions of orders (orders).' };
    const denied = spec.denied(1, 1);
    const past = [
      ...held,
      spec.forced({ by: 'ada' }, ['orders/a'], unproved),
      spec.forcedRevoking('ada'),
      { ...denied, data: { ...denied.data, ended } } as typeof denied,
    ];
    const state = stateAfter(past);
    expect(rotationView(state, state.rotations[0]!, late).forced).toMatchObject({
      how: 'hand',
      by: { id: 'ada' },
      approvedBy: null,
      reason: spec.FORCE_REASON,
      cutOff: ['orders/a'],
      unproved,
      ended,
    });
  });
});
