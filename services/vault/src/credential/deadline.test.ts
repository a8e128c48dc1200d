import { describe, expect, it } from 'vitest';
import { specTime } from '@keyturn/testkit';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialFact } from './happened.ts';
import { nextStep } from './next-step.ts';
import { rotationView, summaryOf } from './views.ts';

// How long a rotation waits, and what is said of it when it waits longer. The commit is at second 9.

const { given, person } = spec;
type Past = readonly CredentialFact[];
const COMMIT_S = 9;
const HOUR_S = 3_600;
const laggard = spec.lease('a', [1]);
const at = (second: number) => spec.facts([laggard], second);
const under = (changes: Partial<typeof spec.policy>) => [spec.registered(changes), ...spec.committed.slice(1)];
const escalating = [...under({ onDeadline: 'escalate' }), spec.held(1)];
const deadline = new Date(Date.parse(specTime(COMMIT_S + HOUR_S))).toISOString();
const extend = (byMs: number, second: number) =>
  ({ type: 'rotation.extend', data: { epoch: 1, byMs, reason: 'the deploy is late', now: specTime(second) } }) as const;
const escalate = (second: number) =>
  ({ type: 'epoch.escalate', data: { epoch: 1, waitingFor: 'orders/a', now: specTime(second) } }) as const;

const stateAfter = (past: Past) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const stepAfter = (past: Past, second: number) => {
  const next = nextStep(stateAfter(past), 1, at(second));
  return next.ok ? next.value : next.refusal;
};

describe('a policy that escalates', () => {
  it('holds first, then tells, and tells again at its pace', () => {
    expect(stepAfter(escalating.slice(0, -1), 4_000)).toMatchObject({ step: 'hold' });
    expect(stepAfter(escalating, 4_000)).toMatchObject({ step: 'escalate', waitingFor: expect.stringContaining('orders/a') });
    const told = [...escalating, spec.escalated(1, deadline)];
    const toldAt = told.length;
    expect(stepAfter(told, toldAt + HOUR_S - 1)).toMatchObject({ step: 'watch' });
    expect(stepAfter(told, toldAt + HOUR_S + COMMIT_S)).toMatchObject({ step: 'escalate' });
    given(...told)
      .when(escalate(toldAt + HOUR_S + COMMIT_S))
      .then(spec.escalated(2, deadline));
  });
  it('records it once a turn, and not before the deadline', () => {
    given(...escalating)
      .when(escalate(4_000))
      .then(spec.escalated(1, deadline));
    given(...escalating, spec.escalated(1, deadline))
      .when(escalate(1_000))
      .thenNothing();
    given(...escalating)
      .when(escalate(20))
      .thenNothing();
    given(...spec.committed, spec.held(1))
      .when(escalate(4_000))
      .thenNothing(); // its policy only holds
  });
  it('says since when, and who is awaited', () => {
    const told = [...escalating, spec.escalated(1, deadline)];
    expect(stepAfter(told, 3_700)).toMatchObject({
      sentence: expect.stringMatching(
        /orders\/a has not yet proved version 2.*Somebody must look after it: late since 2026-01-01 01:00 UTC, told once/,
      ),
    });
    expect(summaryOf(stateAfter(told)).attention).toMatchObject({ needs: 'escalated' });
    expect(summaryOf(stateAfter(escalating)).attention).toMatchObject({ needs: 'held' });
  });
});

describe('rotation.extend', () => {
  it('moves a deadline that lies ahead by so much', () => {
    given(...spec.committed)
      .when(extend(60_000, 20))
      .then(spec.extended(60_000, 60_000));
    expect(stepAfter([...spec.committed, spec.extended(60_000, 60_000)], COMMIT_S + HOUR_S + 59)).toMatchObject({ step: 'watch' });
    expect(stepAfter([...spec.committed, spec.extended(60_000, 60_000)], COMMIT_S + HOUR_S + 60)).toMatchObject({ step: 'hold' });
  });
  it('counts from now where it has passed, and nothing is held any more', () => {
    const past = [...spec.committed, spec.held(1)];
    given(...past)
      .when(extend(60_000, COMMIT_S + HOUR_S + 100))
      .then(spec.extended(60_000, 160_000));
    const state = stateAfter([...past, spec.extended(60_000, 160_000)]);
    expect(rotationView(state, state.rotations[0]!, at(COMMIT_S + HOUR_S + 100))).toMatchObject({
      held: false,
      deadlineAt: new Date(Date.parse(specTime(COMMIT_S + HOUR_S + 160))).toISOString(),
    });
  });
  it('leaves a hold that comes too late unsaid', () => {
    const hold = (second: number) => ({ type: 'epoch.hold', data: { epoch: 1, waitingFor: 'orders/a', now: specTime(second) } }) as const;
    const past = [...spec.committed, spec.extended(60_000, 60_000)];
    given(...past)
      .when(hold(COMMIT_S + HOUR_S + 59))
      .thenNothing();
    given(...past)
      .when(hold(COMMIT_S + HOUR_S + 60))
      .then(spec.held(1));
  });
  it('adds up, before the commit too', () =>
    given(...spec.ready, spec.extended(1_000, 1_000))
      .when(extend(2_000, 20))
      .then(spec.extended(2_000, 3_000)));
  it.each([
    ['once the revocation has begun', [...spec.committed, spec.revoking(1, 1)], { code: 'revocation-started', version: 1 }],
    ['when it is over', [...spec.ready, spec.failed(1)], { code: 'rotation-closed', epoch: 1 }],
    ['of none', [...spec.base], { code: 'rotation-unknown', epoch: 1 }],
  ] as const)('is refused %s', (_when, past, refusal) =>
    given(...past)
      .when(extend(1_000, 20))
      .thenRefused(refusal),
  );
});

describe('a compromised value', () => {
  const inHaste = under({ graceMs: 600_000 }).map((event) =>
    event.type === 'rotation.requested' ? spec.requestedInHaste(1, 300_000) : event,
  );
  it('is rotated with no grace and a short deadline, which its request says', () => {
    given(...spec.base)
      .when({ type: 'rotation.request', data: { reason: 'compromised' } })
      .then(spec.requestedInHaste(1, 300_000));
    given(spec.registered({ deadlineMs: 1_000 }), ...spec.base.slice(1))
      .when({ type: 'rotation.request', data: { reason: 'compromised' } })
      .then(spec.requestedInHaste(1, 1_000));
  });
  it('gives no grace', () => {
    const proved = [...inHaste, spec.acknowledged('a', 2, 2), spec.seenIdle(1, 1)];
    const next = nextStep(stateAfter(proved), 1, spec.facts([spec.lease('a', [2])], 20));
    expect(next.ok && next.value.step).toBe('start-revocation');
  });
  it('is told of after its short deadline, where the policy would only hold', () => {
    expect(stepAfter(inHaste, COMMIT_S + 299)).toMatchObject({ step: 'watch', graceMs: 0 });
    expect(stepAfter(inHaste, COMMIT_S + 300)).toMatchObject({ step: 'hold' });
    expect(stepAfter([...inHaste, spec.held(1)], COMMIT_S + 301)).toMatchObject({
      step: 'escalate',
      sentence: expect.stringContaining('The value is compromised: no grace is given, and the deadline is 5 min after the commit.'),
    });
  });
});

describe('a policy whose deadline is moved', () => {
  const short = under({ deadlineMs: 1_000 });
  const moved = (to: number) => spec.policyChanged({ ...spec.policy, deadlineMs: 1_000 }, [{ setting: 'deadlineMs', to }]);
  const past = [...short, spec.held(1), spec.escalated(1, deadline)];
  it('lets a held rotation wait again, if that lies ahead', () => {
    expect(stateAfter([...past, moved(3_600_000)]).rotations[0]).toMatchObject({ heldAt: null, escalated: null });
    expect(stepAfter([...past, moved(3_600_000)], 20)).toMatchObject({ step: 'watch' });
    expect(stepAfter([...past, moved(3_600_000)], COMMIT_S + HOUR_S)).toMatchObject({ step: 'hold' });
  });
  it('leaves it held otherwise', () => {
    expect(stateAfter([...past, moved(2_000)]).rotations[0]).toMatchObject({ heldAt: expect.any(String), escalated: { times: 1 } });
  });
});

describe('credential.change-policy', () => {
  const now = specTime(100);
  const recent = { ...person('ada'), authenticatedAt: new Date(Date.parse(now) - 60_000).toISOString() };
  const stale = { ...person('ada'), authenticatedAt: new Date(Date.parse(now) - 3_600_000).toISOString() };
  const change = (settings: Partial<typeof spec.policy>, who = recent) =>
    ({ type: 'credential.change-policy', data: { settings, reason: spec.FORCE_REASON, by: who, now } }) as const;
  const careful = { ...spec.policy, approvals: 1 };
  const registered = [spec.registered({ approvals: 1 }), spec.staged(1, null), spec.imported()];
  it('says what changed', () =>
    given(...registered)
      .when(change({ approvals: 2 }, stale))
      .then(spec.policyChanged(careful, [{ setting: 'approvals', to: 2 }])));
  it('changes nothing that is so already', () =>
    given(...registered)
      .when(change({ approvals: 1 }))
      .thenNothing());
  it('names who answers for a force', () => {
    const { data } = spec.policyChanged(careful, [{ setting: 'onDeadline', to: 'force' }]) as { data: object };
    given(...registered)
      .when(change({ onDeadline: 'force' }))
      .then({ type: 'credential.policy-changed', data: { ...data, forceApprovedBy: recent } });
  });
  it.each([
    ['fewer approvals', change({ approvals: 0 }, stale), 'recent-login-required'],
    ['a force', change({ onDeadline: 'force' }, stale), 'recent-login-required'],
    ['a force that a program answers for', change({ onDeadline: 'force' }, { ...recent, kind: 'program' }), 'approver-not-a-person'],
  ])('refuses %s', (_what, command, code) =>
    given(...registered)
      .when(command)
      .thenRefused(expect.objectContaining({ code })),
  );
  it.each([
    ['lost before it has been silent for a beat', { lostAfterMs: 39_999 }, 'lostAfterMs (39999) must be at least 10000 more'],
    ['silent for longer than it takes to be lost', { silentAfterMs: 86_400_000 }, 'lostAfterMs (86400000) must be at least 10000 more'],
  ])('refuses leases that are %s', (_what, settings, sentence) =>
    given(...registered)
      .when(change(settings))
      .thenRefused({ code: 'policy-invalid', sentence: expect.stringContaining(sentence) as string }),
  );
  it('takes what is just enough, and other settings of a policy that has too little', () => {
    given(...registered)
      .when(change({ lostAfterMs: 40_000 }))
      .then(spec.policyChanged(careful, [{ setting: 'lostAfterMs', to: 40_000 }]));
    given(spec.registered({ lostAfterMs: 500 }))
      .when(change({ graceMs: 60_000 }))
      .then(spec.policyChanged({ ...spec.policy, lostAfterMs: 500 }, [{ setting: 'graceMs', to: 60_000 }]));
  });
  it('is held to by a registration, too', () =>
    given()
      .when(spec.registration({ policy: { ...spec.policy, lostAfterMs: 500 } }))
      .thenRefused(expect.objectContaining({ code: 'policy-invalid' })));
});
