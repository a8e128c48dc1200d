import { describe, expect, it } from 'vitest';
import { credentialFold } from '../folds.ts';
import * as spec from '../testing/credential-spec.ts';
import type { CommandOf } from './command.ts';
import type { CredentialFact } from './happened.ts';
import { nextStep } from './next-step.ts';
import { rotationView, summaryOf } from './views.ts';

// Before a rotation begins, as many other persons agree as its policy asked for.

const { by, given, person } = spec;
type Past = readonly CredentialFact[];
const under = (approvals: number) => [...spec.base, by('ada', spec.requestedUnder(1, approvals))];
const approve = (who: CommandOf<'rotation.approve'>['by'], atSecond = 20) =>
  ({ type: 'rotation.approve', data: { epoch: 1, by: who, facts: spec.facts([], atSecond), refuseForcing: null } }) as const;
const reject = (name: string) => ({ type: 'rotation.reject', data: { epoch: 1, by: person(name), reason: 'not today' } }) as const;
const missing = { code: 'approval-missing', epoch: 1, given: 0, needed: 1 } as const;

const stateAfter = (...past: readonly CredentialFact[]) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const stepAfter = (past: Past, atSecond = 20) => {
  const next = nextStep(stateAfter(...past), 1, spec.facts([], atSecond));
  return next.ok ? next.value : next.refusal;
};

describe('rotation.request', () => {
  it('says how many must approve it, and keeps that', () => {
    const asked = given(spec.registered({ approvals: 1 }), spec.staged(1, null), spec.imported());
    asked.when({ type: 'rotation.request', data: { reason: 'manual' } }).then(spec.requestedUnder(1, 1));
    const lowered = spec.policyChanged({ ...spec.policy, approvals: 1 }, [{ setting: 'approvals', to: 0 }]);
    expect(stepAfter([spec.registered({ approvals: 1 }), ...under(1).slice(1), lowered])).toMatchObject({
      step: 'await-approval',
      needed: 1,
    });
  });
});

describe('a rotation that waits for another person', () => {
  it.each([
    ['stages', spec.stage(2, 1)],
    [
      'announces',
      {
        type: 'epoch.announce-candidate',
        data: { version: 2, epoch: 1, providerId: 'x', current: { version: 1, providerId: 'y' }, tryId: 't' },
      },
    ],
    ['takes a value', { type: 'rotation.give-value', data: { epoch: 1, version: 2, publicFields: {}, masks: {}, sealed: spec.sealed } }],
  ] as const)('has nobody who %s', (what, command) => {
    const refused = what === 'takes a value' ? ({ code: 'value-not-awaited', epoch: 1 } as const) : missing;
    given(...under(1))
      .when(command)
      .thenRefused(refused);
  });
  it('lets itself be cancelled, and fail', () => {
    given(...under(1))
      .when({ type: 'rotation.cancel', data: { epoch: 1, reason: 'a mistake', by: 'Ada' } })
      .then({
        type: 'rotation.failed',
        data: {
          credentialId: spec.id,
          address: spec.address,
          epoch: 1,
          step: 'cancel',
          reasonCode: 'cancelled',
          sentence: 'Cancelled by Ada: a mistake',
        },
      });
    given(...under(1))
      .when(spec.fail(1))
      .then(spec.failed(1));
  });
  it('says who may not be the one, and the list what it needs', () => {
    expect(stepAfter(under(1))).toMatchObject({
      step: 'await-approval',
      sentence: 'Waiting for another person than ada to approve it; 1 d after its request it fails.',
    });
    expect(summaryOf(stateAfter(...under(1))).attention).toMatchObject({ epoch: 1, needs: 'approval' });
  });
  it('gives up when the time is over', () => {
    expect(stepAfter(under(1), 2 * 86_400)).toMatchObject({ step: 'fail-approval', why: '0 of 1 approvals came within 1 d' });
  });
});

describe('a policy that guards less than what was approved', () => {
  const careful = { ...spec.policy, graceMs: 600_000, preflightMs: 1_000 };
  const lowered = spec.policyChanged(careful, [
    { setting: 'graceMs', to: 0 },
    { setting: 'lostAfterMs', to: 40_000 },
    { setting: 'preflightMs', to: 0 },
  ]);
  const asked = (approvals: number) => [
    spec.registered(careful),
    ...spec.base.slice(1),
    ...(approvals === 0 ? [spec.requested(1)] : [by('ada', spec.requestedUnder(1, approvals)), by('bob', spec.approved(1, approvals))]),
  ];
  const proved = (approvals: number) => [
    ...asked(approvals),
    ...spec.ready.slice(4),
    ...spec.committed.slice(spec.ready.length),
    spec.acknowledged('a', 2, 2),
    spec.seenIdle(1, 1),
    lowered,
  ];
  const stepWith = (past: Past, known = spec.facts([spec.lease('a', [2])], 25)) => {
    const next = nextStep(stateAfter(...past), 1, known);
    return next.ok ? next.value : next.refusal;
  };
  it('counts at once where nobody had to approve it', () => {
    expect(stepWith(proved(0))).toMatchObject({ step: 'start-revocation' });
    expect(stepWith([...asked(0), ...spec.ready.slice(4), lowered])).toMatchObject({ step: 'commit' });
  });
  it('lets an approved rotation wait for what it was asked for under', () => {
    expect(stepWith(proved(1))).toMatchObject({ step: 'watch', graceMs: 600_000 });
    const quiet = spec.facts([spec.lease('a', [2]), spec.lease('b', [1], { silentMs: 50_000 })], 25 + 600);
    expect(stepWith(proved(1), quiet)).toMatchObject({ step: 'watch', acksMissing: [expect.stringContaining('orders/b')] });
    expect(stepWith([...asked(1), ...spec.ready.slice(4), lowered])).toMatchObject({ step: 'ask-preflight' });
  });
  it('has its leases counted as before in the database, until it is over', () => {
    const upkeepAfter = (past: Past) => credentialFold.row?.(stateAfter(...past))?.upkeep;
    expect(upkeepAfter(proved(0))).toMatchObject({ lostAfterMs: 40_000 });
    expect(upkeepAfter(proved(1))).toMatchObject({ lostAfterMs: 86_400_000 });
    expect(upkeepAfter([...proved(1), spec.completed(1)])).toMatchObject({ lostAfterMs: 40_000 });
  });
});

describe('rotation.approve', () => {
  it('counts another person', () =>
    given(...under(1))
      .when(approve(person('bob')))
      .then(spec.approved(1, 1)));
  it('counts a person once', () =>
    given(...under(2), by('bob', spec.approved(1, 2)))
      .when(approve(person('bob')))
      .thenNothing());
  it('lets it begin with the last one', () => {
    const one = [...under(2), by('bob', spec.approved(1, 2))];
    expect(stepAfter(one)).toMatchObject({ step: 'await-approval', given: 1, sentence: expect.stringContaining('Approved by bob.') });
    const both = [...one, by('eve', spec.approved(2, 2))];
    expect(stepAfter(both)).toMatchObject({ step: 'stage' });
    const { approvals, steps } = rotationView(stateAfter(...both), stateAfter(...both).rotations[0]!, spec.facts());
    expect(approvals).toMatchObject({ needed: 2, given: [{ by: { id: 'bob' } }, { by: { id: 'eve' } }], until: null });
    expect(steps.find(({ name }) => name === 'approved')).toMatchObject({ status: 'done' });
  });
  it.each([
    ['whoever asked', person('ada'), 'approver-asked-for-it'],
    ['whoever asked, by a program', { kind: 'program', id: 'ada' } as const, 'approver-asked-for-it'],
    ['a program', { kind: 'program', id: 'deploys' } as const, 'approver-not-a-person'],
  ])('refuses %s', (_who, actor, code) =>
    given(...under(1))
      .when(approve(actor))
      .thenRefused(expect.objectContaining({ code })),
  );
  it.each([
    ['too late', under(1), 2 * 86_400, { code: 'approval-too-late', epoch: 1 }],
    ['where nobody must', [...spec.base, by('ada', spec.requested(1))], 20, { code: 'approval-not-awaited', epoch: 1 }],
    ['where enough did', [...under(1), by('eve', spec.approved(1, 1))], 20, { code: 'approval-not-awaited', epoch: 1 }],
    ['a rotation that is over', [...under(1), spec.failed(1)], 20, { code: 'rotation-closed', epoch: 1 }],
    ['one that never was', [...spec.base], 20, { code: 'rotation-unknown', epoch: 1 }],
  ] as const)('is refused %s', (_what, past, second, refusal) =>
    given(...past)
      .when(approve(person('bob'), second))
      .thenRefused(refusal),
  );
});

describe('rotation.reject', () => {
  it('ends it, by whoever may approve', () =>
    given(...under(1))
      .when(reject('bob'))
      .then({
        type: 'rotation.failed',
        data: {
          credentialId: spec.id,
          address: spec.address,
          epoch: 1,
          step: 'approval',
          reasonCode: 'rejected',
          sentence: 'Rejected by bob: not today',
        },
      }));
  it('is refused to whoever asked, and where nothing waits', () => {
    given(...under(1))
      .when(reject('ada'))
      .thenRefused(expect.objectContaining({ code: 'approver-asked-for-it' }));
    given(...spec.base, by('ada', spec.requested(1)))
      .when(reject('bob'))
      .thenRefused({ code: 'approval-not-awaited', epoch: 1 });
  });
});
