import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { Facts } from './awaited.ts';
import type { CredentialFact } from './happened.ts';
import { nextStep } from './next-step.ts';
import { rotationView, summaryOf } from './views.ts';

type Past = readonly CredentialFact[];

const stateOf = (...past: Past) => {
  const { state } = spec.given(...past);
  if (state.status !== 'registered') throw new Error('nothing was registered');
  return state;
};
const ask = (past: Past, facts: Facts = spec.facts(), epoch = 1) => nextStep(stateOf(...past), epoch, facts);
const stepOf = (past: Past, facts?: Facts) => {
  const next = ask(past, facts);
  return next.ok ? next.value : next.refusal;
};
const held = spec.facts([spec.lease('a', [2])]);
const proved: Past = [...spec.committed, spec.acknowledged('a', 2, 2), spec.seenIdle(1, 1)];
const revoking: Past = [...proved, spec.revoking(1, 1)];

describe('what an epoch still needs', () => {
  it('is a candidate at first, beside what is live already', () =>
    expect(stepOf([...spec.base, spec.requested(1)])).toMatchObject({
      step: 'stage',
      version: 2,
      versions: [{ version: 1, status: 'current' }],
    }));
  it('is its application, with the owner under which everything belongs', () =>
    expect(stepOf([...spec.base, spec.requested(1), spec.staged(2, 1)])).toMatchObject({
      step: 'apply',
      version: 2,
      owner: { username: 'orders' },
    }));
  it('is a test of what was applied', () =>
    expect(stepOf([...spec.base, spec.requested(1), spec.staged(2, 1), spec.applied(2, 1)])).toMatchObject({ step: 'test', version: 2 }));
  it('is a test again after a bad one', () =>
    expect(stepOf([...spec.base, spec.requested(1), spec.staged(2, 1), spec.applied(2, 1), spec.tested(2, 1, 'invalid')])).toMatchObject({
      step: 'test',
    }));
  it('is the commit of what was tested', () => expect(stepOf([...spec.ready])).toMatchObject({ step: 'commit', version: 2 }));
  it('is a watch over the old version, naming whom it waits for', () =>
    expect(stepOf([...spec.committed], spec.facts([spec.lease('a', [1])]))).toMatchObject({
      step: 'watch',
      version: 1,
      acksMissing: ['orders/a has not yet proved version 2'],
    }));
  it('is the revocation once all is proved', () => expect(stepOf(proved, held)).toMatchObject({ step: 'start-revocation', version: 1 }));
  it('is to hold, once, when the deadline passed', () => {
    const late = spec.facts([spec.lease('a', [1])], 20 + spec.policy.deadlineMs / 1000);
    expect(stepOf([...spec.committed], late)).toMatchObject({ step: 'hold', version: 1 });
    expect(stepOf([...spec.committed, spec.held(1)], late)).toMatchObject({ step: 'watch' });
  });
  it('holds with words that fit into the event, however many are awaited', () => {
    const many = Array.from({ length: 100 }, (_, index) => spec.lease(`instance-${index}`, [1]));
    const late = spec.facts(many, 20 + spec.policy.deadlineMs / 1000);
    const next = stepOf([...spec.committed], late);
    expect('step' in next && next.step === 'hold' && next.waitingFor.length).toBe(1000);
  });
  it('is to deny logins, then to soak, then to erase', () => {
    expect(stepOf(revoking, held)).toMatchObject({ step: 'deny-logins', version: 1 });
    const soaking: Past = [spec.registered({ soakMs: 60_000 }), ...revoking.slice(1), spec.denied(1, 1)];
    expect(stepOf(soaking, held)).toMatchObject({ step: 'soak', remainingMs: 56_000 });
    expect(stepOf([...revoking, spec.denied(1, 1)], held)).toMatchObject({ step: 'erase', version: 1 });
  });
  it('says why the provider did not let go of the old version', () =>
    expect(stepOf([...revoking, spec.revokeFailed(1, 'It is down.')], held)).toMatchObject({
      step: 'deny-logins',
      sentence: 'Denying new logins to version 1 (orders). The last try failed: It is down.',
    }));
  it('is to complete, and then nothing', () => {
    const revoked: Past = [...revoking, spec.denied(1, 1), spec.revoked(1, 1)];
    expect(stepOf(revoked)).toMatchObject({ step: 'complete' });
    expect(stepOf([...revoked, spec.completed(1)])).toMatchObject({ step: 'closed', status: 'completed' });
  });
  it('is nothing after a failure, and the sentence says why', () =>
    expect(stepOf([...spec.ready, spec.discarding(2, 1), spec.failed(1)])).toMatchObject({
      step: 'closed',
      status: 'failed',
      sentence: 'Failed at test: The login was refused.',
    }));
  it('is refused for an epoch that never was', () =>
    expect(ask([...spec.base], spec.facts(), 7)).toEqual({ ok: false, refusal: { code: 'rotation-unknown', epoch: 7 } }));
  it('retires the withdrawn version after a rollback', () =>
    expect(stepOf([...spec.committed, spec.withdrawn(2), spec.rolledBack(2, 1, 3)], spec.facts([spec.lease('a', [2])]))).toMatchObject({
      step: 'watch',
      version: 2,
      acksMissing: ['orders/a has not yet proved version 1'],
    }));
});

describe('the view of a rotation', () => {
  const view = (past: Past, facts: Facts = held) => {
    const state = stateOf(...past);
    const [rotation] = state.rotations;
    if (!rotation) throw new Error('there is no rotation');
    return rotationView(state, rotation, facts);
  };
  it('marks the step that runs', () => {
    const { steps } = view([...spec.committed]);
    expect(steps.find(({ status }) => status === 'running')?.name).toBe('acknowledged');
    expect(steps.filter(({ status }) => status === 'done').map(({ name }) => name)).toEqual([
      'requested',
      'staged',
      'applied',
      'tested',
      'committed',
    ]);
  });
  it('names whom it waits for, in the sentence and one by one', () => {
    const { sentence, waitingFor, awaitedInstances } = view([...spec.committed], spec.facts([spec.lease('b', [1], { silentMs: 40_000 })]));
    expect(waitingFor[0]).toBe('orders/b has not yet proved version 2, silent since 00:00:10');
    expect(awaitedInstances).toEqual(['orders/b']);
    expect(sentence).toContain('orders/b has not yet proved version 2, silent since 00:00:10');
  });
  it('says what the provider saw as one of its clauses', () =>
    expect(view([...spec.committed, spec.seenBusy(1, 1)]).sentence).toMatch(/2 sessions are still logged in\.$/u));
  it.each([
    ['by its silence', { silentMs: spec.policy.lostAfterMs }],
    ['by the end of its lease', { ended: 'lost' as const }],
  ])('names whom it no longer waits for, lost %s', (_how, change) => {
    const known = spec.facts([spec.lease('a', [1]), spec.lease('b', [1], change)]);
    expect(view([...spec.committed], known)).toMatchObject({
      awaitedInstances: ['orders/a'],
      sentence: expect.stringMatching(/^Waiting: orders\/a has not yet proved version 2; .* \(lost: orders\/b\)\.$/u),
    });
    expect(view([...spec.committed, spec.seenIdle(1, 1)], spec.facts([spec.lease('b', [1], change)])).sentence).toBe(
      'Every instance proved version 2 (lost: orders/b) and nothing uses version 1: revoking it.',
    );
  });
  it('measures convergence from the commit to the last proof, and the overlap until logins are denied', () => {
    const { convergenceMs, overlapMs } = view([...revoking, spec.denied(1, 1)]);
    expect([convergenceMs, overlapMs]).toEqual([4_000, 9_000]);
  });
  it('marks the step at which it failed', () =>
    expect(
      view([...spec.ready.slice(0, 7), spec.discarding(2, 1), spec.failed(1)]).steps.find(({ status }) => status === 'failed')?.name,
    ).toBe('tested'));
});

describe('the summary of a credential', () => {
  it('shows what is current and what is under way', () =>
    expect(summaryOf(stateOf(...spec.committed))).toMatchObject({
      current: 2,
      generation: 2,
      openEpoch: 1,
      publicFields: { username: 'orders_kt1' },
      masks: { password: '••••••' },
    }));
});
