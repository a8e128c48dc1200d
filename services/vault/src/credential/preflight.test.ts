import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import { nextStep } from './next-step.ts';
import { rotationView } from './views.ts';

const { given } = spec;
/** Epoch 1 has a tested candidate 2, and the policy gives consumers 30 s to try it. */
const ready = [spec.registered({ preflightMs: 30_000 }), ...spec.ready.slice(1)] as const;
const leases = [spec.lease('a', [1]), spec.lease('b', [1])];
const at = (second: number, of = leases) => spec.facts(of, second);
const asked = [...ready, spec.preflightAsked(2, 1, ['orders/a', 'orders/b'])] as const;
const both = [...asked, spec.preflighted('a', 2), spec.preflighted('b', 2)] as const;
const waiting = (waitingFor: string) => ({ code: 'version-not-preflighted', requested: 2, waitingFor }) as const;
const committedWith = (sentence: string) =>
  [
    spec.rotated(1, 2, 2, 1, sentence),
    spec.settled(2, 'committed'),
    spec.superseded(1, 2),
    spec.owed(1, 'superseded-not-revoked'),
  ] as const;

type Past = readonly ReturnType<typeof spec.registered>[];
const registeredState = (...past: Past) => {
  const { state } = given(...past);
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  return state;
};
const nextOf = (facts: ReturnType<typeof at>, ...past: Past) => {
  const next = nextStep(registeredState(...past), 1, facts);
  return next.ok ? next.value : next.refusal;
};

describe('epoch.ask-preflight', () => {
  it('asks every live instance, and says until when', () =>
    given(...ready)
      .when(spec.askPreflight(2, 1, at(10)))
      .then(spec.preflightAsked(2, 1, ['orders/a', 'orders/b'])));
  it('asks once', () =>
    given(...asked)
      .when(spec.askPreflight(2, 1, at(10)))
      .thenNothing());
  it('asks nobody who is silent, lost or gone', () =>
    given(...ready)
      .when(
        spec.askPreflight(
          2,
          1,
          at(10, [
            spec.lease('a', [1]),
            spec.lease('b', [1], { silentMs: 40_000 }),
            spec.lease('c', [1], { silentMs: spec.policy.lostAfterMs }),
            spec.lease('d', [1], { ended: 'goodbye' }),
          ]),
        ),
      )
      .then(spec.preflightAsked(2, 1, ['orders/a'])));
  it('asks three of each consumer where there are more than ten, others at the next epoch', () => {
    const many = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name) => spec.lease(name, [1]));
    const known = at(10, [...many, spec.lease('x', [1], { consumer: 'billing' })]);
    given(...ready)
      .when(spec.askPreflight(2, 1, known))
      .then(spec.preflightAsked(2, 1, ['billing/x', 'orders/d', 'orders/e', 'orders/f']));
    given(...ready, spec.discarding(2, 1), spec.failed(1), spec.requested(2), spec.staged(3, 2), spec.applied(3, 2), spec.tested(3, 2))
      .when(spec.askPreflight(3, 2, known))
      .then(spec.preflightAsked(3, 2, ['billing/x', 'orders/g', 'orders/h', 'orders/i']));
  });
  it('asks nobody where nobody holds the credential, and says so', () =>
    given(...ready)
      .when(spec.askPreflight(2, 1, at(10, [])))
      .then(spec.preflightAsked(2, 1, [])));
  it('refuses an untested version', () =>
    given(...ready.slice(0, -1))
      .when(spec.askPreflight(2, 1, at(10)))
      .thenRefused({ code: 'version-untested', requested: 2 }));
  it('refuses what is not pending', () =>
    given(...ready)
      .when(spec.askPreflight(1, 1, at(10)))
      .thenRefused({ code: 'version-not-pending', requested: 1 }));
});

describe('credential.record-preflight', () => {
  it('records the word of an instance that was asked', () =>
    given(...asked)
      .when(spec.tried('a', 2))
      .then(spec.preflighted('a', 2)));
  it('records it once', () =>
    given(...both)
      .when(spec.tried('a', 2))
      .thenNothing());
  it('records a "no" after a "yes"', () =>
    given(...both)
      .when(spec.tried('a', 2, false))
      .then(spec.preflighted('a', 2, false)));
  it('lets the first "no" stand', () =>
    given(...asked, spec.preflighted('a', 2, false))
      .when(spec.tried('a', 2))
      .thenNothing());
  it.each([
    ['an instance that was not asked', [...asked], spec.tried('c', 2)],
    ['another version', [...asked], spec.tried('a', 1)],
    ['a version that nobody was asked to try', [...ready], spec.tried('a', 2)],
    ['a version that is committed', [...both, ...committedWith('')], spec.tried('a', 2, false)],
    ['a version whose rotation failed', [...asked, spec.discarding(2, 1), spec.failed(1)], spec.tried('a', 2)],
  ] as const)('refuses the word on %s', (_what, past, command) =>
    given(...past)
      .when(command)
      .thenRefused({ code: 'preflight-not-asked' }),
  );
});

describe('epoch.commit after a preflight', () => {
  it('is refused as long as nobody was asked', () =>
    given(...ready)
      .when(spec.commit(2, 1, at(12)))
      .thenRefused(waiting('nobody was asked to try it')));
  it('is refused as long as somebody has not answered', () =>
    given(...asked, spec.preflighted('a', 2))
      .when(spec.commit(2, 1, at(12)))
      .thenRefused(waiting('orders/b')));
  it('is refused after a "no", for ever', () =>
    given(...both, spec.preflighted('b', 2, false))
      .when(spec.commit(2, 1, at(100)))
      .thenRefused(waiting("orders/b can't use version 2: 28P01")));
  it('commits when all have answered well, and says who', () =>
    given(...both)
      .when(spec.commit(2, 1, at(14)))
      .then(...committedWith('version 2 works for orders/a, orders/b')));
  it('commits when the time is over, with one of each consumer, and lists who kept silent', () =>
    given(...asked, spec.preflighted('a', 2))
      .when(spec.commit(2, 1, at(40)))
      .then(...committedWith('version 2 works for orders/a; silent: orders/b')));
  it('does not wait for an instance that has said goodbye', () =>
    given(...asked, spec.preflighted('a', 2))
      .when(spec.commit(2, 1, at(14, [spec.lease('a', [1])])))
      .then(...committedWith('version 2 works for orders/a; silent: orders/b')));
  it('does not wait for an instance that fell silent, where another one of its consumer tried it', () =>
    given(...asked, spec.preflighted('a', 2))
      .when(spec.commit(2, 1, at(14, [spec.lease('a', [1]), spec.lease('b', [1], { silentMs: 40_000 })])))
      .then(...committedWith('version 2 works for orders/a; silent: orders/b')));
  it('waits for a silent instance where nobody else of its consumer tried it', () =>
    given(...asked)
      .when(spec.commit(2, 1, at(14, [spec.lease('b', [1], { silentMs: 40_000 })])))
      .thenRefused(waiting('orders/b')));
  it('commits where nobody was there to ask, and says so', () =>
    given(...ready, spec.preflightAsked(2, 1, []))
      .when(spec.commit(2, 1, at(12, [])))
      .then(...committedWith('nobody was there to try version 2')));
  it('is refused when a consumer that is there has not tried it in time', () =>
    given(...ready, spec.preflightAsked(2, 1, ['billing/x', 'orders/a']), spec.preflighted('a', 2))
      .when(spec.commit(2, 1, at(50, [spec.lease('a', [1]), spec.lease('x', [1], { consumer: 'billing' })])))
      .thenRefused(waiting('no instance of billing tried version 2 within 30 s')));
});

/** Instances of `orders` that are there instead of those that were asked. */
const successors = [spec.lease('c', [1]), spec.lease('d', [1])];

describe('a preflight whose asked instances leave', () => {
  const askedAgain = [...asked, spec.preflightAsked(2, 1, ['orders/c', 'orders/d'], 60)] as const;

  it('asks those that are there now, with as much time', () => {
    expect(nextOf(at(30, successors), ...asked)).toMatchObject({ step: 'ask-preflight', version: 2 });
    given(...asked)
      .when(spec.askPreflight(2, 1, at(30, successors)))
      .then(spec.preflightAsked(2, 1, ['orders/c', 'orders/d'], 60));
  });
  it('is not failed and not committed before they are asked, even when the time is over', () => {
    expect(nextOf(at(45, successors), ...asked)).toMatchObject({ step: 'ask-preflight' });
    given(...asked)
      .when(spec.commit(2, 1, at(45, successors)))
      .thenRefused(waiting('orders/c, orders/d'));
  });
  it('waits for the new ones, and commits on their word', () => {
    expect(nextOf(at(50, successors), ...askedAgain)).toMatchObject({ step: 'await-preflight', waitingFor: ['orders/c', 'orders/d'] });
    given(...askedAgain, spec.preflighted('c', 2), spec.preflighted('d', 2))
      .when(spec.commit(2, 1, at(50, successors)))
      .then(...committedWith('version 2 works for orders/c, orders/d; silent: orders/a, orders/b'));
  });
  it('asks nobody twice', () =>
    given(...askedAgain)
      .when(spec.askPreflight(2, 1, at(50, successors)))
      .thenNothing());
  it('keeps a "no" of one that left', () =>
    given(...asked, spec.preflighted('a', 2, false))
      .when(spec.commit(2, 1, at(30, successors)))
      .thenRefused(waiting("orders/a can't use version 2: 28P01")));
  it('needs no further word where one of them had answered well', () =>
    given(...asked, spec.preflighted('a', 2))
      .when(spec.commit(2, 1, at(30, successors)))
      .then(...committedWith('version 2 works for orders/a; silent: orders/b')));
  it('does not ask while another one that was asked is there', () =>
    expect(nextOf(at(30, [spec.lease('b', [1]), ...successors]), ...asked)).toMatchObject({
      step: 'await-preflight',
      waitingFor: ['orders/b'],
    }));
  it('asks again where the asked ones have merely fallen silent', () => {
    const cutOff = ['a', 'b'].map((name) => spec.lease(name, [1], { silentMs: 40_000 }));
    given(...asked)
      .when(spec.askPreflight(2, 1, at(30, [...cutOff, ...successors])))
      .then(spec.preflightAsked(2, 1, ['orders/c', 'orders/d'], 60));
  });
  it('asks a consumer that came later, beside those that still try', () =>
    given(...asked)
      .when(spec.askPreflight(2, 1, at(30, [...leases, spec.lease('x', [1], { consumer: 'billing' })])))
      .then(spec.preflightAsked(2, 1, ['billing/x'], 60)));
  it('commits when all have left, and says that nobody was there', () =>
    given(...asked)
      .when(spec.commit(2, 1, at(30, [])))
      .then(...committedWith('nobody was there to try version 2; silent: orders/a, orders/b')));
  it('gives up after five rounds', () => {
    const rounds = [['e'], ['f'], ['g'], ['h']].map((names) =>
      spec.preflightAsked(
        2,
        1,
        names.map((name) => `orders/${name}`),
      ),
    );
    expect(nextOf(at(50, successors), ...asked, ...rounds)).toMatchObject({ step: 'fail-preflight', reasonCode: 'preflight-unanswered' });
  });
});

describe('a consumer without the grant to try a version', () => {
  const reports = spec.lease('r', [1], { consumer: 'reports' });
  const known = (second: number) => spec.facts([...leases, reports], second, ['reports']);

  it('is not asked, and named', () =>
    given(...ready)
      .when(spec.askPreflight(2, 1, known(10)))
      .then(spec.preflightAsked(2, 1, ['orders/a', 'orders/b'], 40, ['reports'])));
  it('is not needed for the commit, which says so', () =>
    given(...both)
      .when(spec.commit(2, 1, known(14)))
      .then(...committedWith('version 2 works for orders/a, orders/b; not asked: no grant: reports')));
  it('is not waited for any more when the grant is taken from it', () =>
    given(...ready, spec.preflightAsked(2, 1, ['orders/a', 'reports/r']), spec.preflighted('a', 2))
      .when(spec.commit(2, 1, spec.facts([spec.lease('a', [1]), reports], 14, ['reports'])))
      .then(...committedWith('version 2 works for orders/a; silent: reports/r; not asked: no grant: reports')));
  it('is asked once it has the grant', () =>
    given(...ready, spec.preflightAsked(2, 1, ['orders/a'], 40, ['reports']))
      .when(spec.askPreflight(2, 1, spec.facts([spec.lease('a', [1]), reports], 12)))
      .then(spec.preflightAsked(2, 1, ['reports/r'], 42)));
  it('is listed in the view as not asked', () =>
    expect(viewOf(known(13), ...ready, spec.preflightAsked(2, 1, ['orders/a'], 40, ['reports'])).preflights).toMatchObject([
      { consumer: 'orders', instance: 'a', ok: null, sentence: null },
      { consumer: 'reports', instance: '*', ok: null, sentence: 'not asked: no grant' },
    ]));
});

describe('the next step', () => {
  it('is to ask, then to wait for those who have not answered, then to commit', () => {
    expect(nextOf(at(10), ...ready)).toMatchObject({ step: 'ask-preflight', version: 2 });
    expect(nextOf(at(12), ...asked, spec.preflighted('a', 2))).toMatchObject({
      step: 'await-preflight',
      waitingFor: ['orders/b'],
      remainingMs: 28_000,
      sentence: 'Version 2 is tried before it is committed; waiting for orders/b.',
    });
    expect(nextOf(at(14), ...both)).toMatchObject({
      step: 'commit',
      sentence: 'Version 2 works; committing it (preflight: version 2 works for orders/a, orders/b).',
    });
  });
  it('is to fail after a "no"', () =>
    expect(nextOf(at(14), ...asked, spec.preflighted('b', 2, false))).toMatchObject({
      step: 'fail-preflight',
      reasonCode: 'preflight-nacked',
      why: "orders/b can't use version 2: 28P01",
    }));
  it('is to fail when nobody of a consumer answers', () =>
    expect(nextOf(at(41), ...asked)).toMatchObject({ step: 'fail-preflight', reasonCode: 'preflight-unanswered' }));
  it('is to commit at once where the policy asks for no preflight', () =>
    expect(nextOf(at(10), ...spec.ready)).toMatchObject({ step: 'commit' }));
});

const viewOf = (facts: ReturnType<typeof at>, ...past: Past) => {
  const state = registeredState(...past);
  const [rotation] = state.rotations;
  if (!rotation) throw new Error('there is no rotation');
  const view = rotationView(state, rotation, facts);
  return {
    ...view,
    done: view.steps.filter(({ status }) => status === 'done').map(({ name }) => name),
    standing: view.steps.find(({ status }) => status !== 'done'),
  };
};

describe('the view of a rotation', () => {
  it('lists who was asked, and what they said', () => {
    const view = viewOf(at(13), ...asked, spec.preflighted('a', 2));
    expect(view.preflights).toMatchObject([
      { consumer: 'orders', instance: 'a', ok: true, afterAskMs: 1000 },
      { consumer: 'orders', instance: 'b', ok: null, afterAskMs: null },
    ]);
    expect(view.waitingFor).toEqual(['orders/b']);
    expect(view.standing).toMatchObject({ name: 'preflighted', status: 'running' });
  });
  it('stands failed at the preflight', () =>
    expect(viewOf(at(14), ...asked, spec.preflighted('b', 2, false), spec.discarding(2, 1), spec.failed(1)).standing).toMatchObject({
      name: 'preflighted',
      status: 'failed',
    }));
  it('shows no preflight where none was asked for', () =>
    expect(viewOf(at(20), ...spec.committed).steps.map(({ name }) => name)).not.toContain('preflighted'));
  it('reads right after a rollback: from the withdrawn version to the restored one, with its steps in order', () => {
    const back = [...both, ...committedWith('ok'), spec.nacked('b', 2, 2), spec.withdrawn(2), spec.rolledBack(2, 1, 3)];
    const view = viewOf(at(30), ...back);
    expect(view).toMatchObject({ from: 2, to: 1, canRollBack: false, rolledBack: { reason: 'it is slow' } });
    expect(view.done).toEqual(['requested', 'staged', 'applied', 'tested', 'preflighted', 'committed', 'rolled-back']);
    expect(view.standing).toMatchObject({ name: 'acknowledged', status: 'running' });
    expect(view.steps.map(({ afterMs }) => afterMs).filter((ms) => ms !== null)).toEqual(
      view.steps
        .map(({ afterMs }) => afterMs)
        .filter((ms) => ms !== null)
        .toSorted((a, b) => a - b),
    );
    expect(view.sentence).toMatch(/^Rolled back to version 1 \(it is slow\)\. Waiting: /);
  });
  it('can be rolled back from the commit until the revocation starts', () => {
    expect(viewOf(at(14), ...both).canRollBack).toBe(false);
    expect(viewOf(at(20), ...spec.committed).canRollBack).toBe(true);
    expect(viewOf(at(20), ...spec.committed, spec.revoking(1, 1)).canRollBack).toBe(false);
  });
});
