import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialCommand } from './command.ts';
import { foreseeSecret } from './compare.ts';
import { judgeReveal } from './reveal.ts';
import { recordedAs } from '@keyturn/testkit';
import { decide } from './decide.ts';
import { evolve } from './evolve.ts';
import { leapingAfterRestore } from './generation.ts';
import { type Credential, knownOf, versionOf } from './state.ts';

const { given } = spec;
const HOST = { ...spec.fieldsOf(1), host: 'new.internal' };
const disable: CredentialCommand = { type: 'credential.disable', data: { reason: 'a leak' } };
const backTo = (version: number): CredentialCommand => ({ type: 'credential.roll-back', data: { version, reason: 'it is slow' } });

type Past = readonly { readonly type: string; readonly data: unknown }[];

/** Version 2 has the secret of version 1, and other public fields. */
const edited = [
  ...spec.base,
  spec.edited(2, 1, HOST),
  spec.changeAsked('edit', 2),
  spec.testedAlone(2),
  spec.changed(1, 2, 2),
  spec.superseded(1, 2),
] as const;
const ended = [...spec.base, spec.shredded([1]), spec.deleted([], 'it is shared')] as const;

describe('disabling', () => {
  it('raises the generation, so that whoever compares generations finds out', () =>
    given(...spec.base)
      .when(disable)
      .then(spec.disabled(2)));
  it('does nothing when repeated', () =>
    given(...spec.base, spec.disabled(2))
      .when(disable)
      .thenNothing());
  it('is ended by enabling, under a further generation', () =>
    given(...spec.base, spec.disabled(2))
      .when({ type: 'credential.enable', data: {} })
      .then(spec.enabled(3)));
  it('lets no rotation start', () =>
    given(...spec.base, spec.disabled(2))
      .when({ type: 'rotation.request', data: { reason: 'manual' } })
      .thenRefused({ code: 'credential-disabled' }));
});

describe('an edit', () => {
  it('is refused while it is disabled, as a new value is: it would be tested', () =>
    given(...spec.base, spec.disabled(2))
      .when(spec.edit(2, 1, HOST))
      .thenRefused({ code: 'credential-disabled' }));
  it('stages the same secret with other public fields, and waits for the test', () =>
    given(...spec.base)
      .when(spec.edit(2, 1, HOST))
      .then(spec.edited(2, 1, HOST), spec.changeAsked('edit', 2)));
  it('is committed once it is tested', () =>
    given(...spec.base, spec.edited(2, 1, HOST), spec.changeAsked('edit', 2))
      .when(spec.errandTested(2))
      .then(spec.testedAlone(2), spec.changed(1, 2, 2), spec.superseded(1, 2)));
  it('is not committed after a failed test, and its version is discarded', () => {
    const after = given(...spec.base, spec.edited(2, 1, HOST), spec.changeAsked('edit', 2));
    after.when(spec.errandTested(2, 'invalid')).then(spec.testedAlone(2, 'invalid'), spec.changeFailed('edit', 2));
    const { state } = given(...spec.base, spec.edited(2, 1, HOST), spec.changeAsked('edit', 2), spec.changeFailed('edit', 2));
    expect(knownOf(state)).toMatchObject({ current: 1, change: null, failedChange: { version: 2, code: 'test-invalid' } });
    expect(knownOf(state)?.versions.map(({ status }) => status)).toEqual(['current', 'discarded']);
  });
  it('is committed untested where the provider is out of reach and that was said to do', () =>
    given(...spec.base, spec.edited(2, 1, HOST), spec.changeAsked('edit', 2, { evenIfUnreachable: true }))
      .when(spec.errandTested(2, 'unreachable'))
      .then(spec.testedAlone(2, 'unreachable'), spec.changed(1, 2, 2, 'unreachable'), spec.superseded(1, 2)));
  it('owes the provider the old login, if it has another user name', () => {
    const other = { ...spec.fieldsOf(1), username: 'orders2' };
    given(...spec.base, spec.edited(2, 1, other), spec.changeAsked('edit', 2))
      .when(spec.errandTested(2))
      .then(spec.testedAlone(2), spec.changed(1, 2, 2), spec.superseded(1, 2), spec.owedByHand(1));
  });
  it('is refused while a rotation is open', () =>
    given(...spec.ready)
      .when(spec.edit(3, 1, HOST))
      .thenRefused({ code: 'rotation-open', epoch: 1 }));
  it('lets no rotation and no second change begin', () => {
    const open = given(...spec.base, spec.edited(2, 1, HOST), spec.changeAsked('edit', 2));
    open.when({ type: 'rotation.request', data: { reason: 'manual' } }).thenRefused({ code: 'change-open', version: 2 });
    open.when(spec.edit(3, 1, HOST)).thenRefused({ code: 'change-open', version: 2 });
    open.when(backTo(1)).thenRefused({ code: 'change-open', version: 2 });
  });
  it('of nothing is refused', () =>
    given(...spec.base)
      .when(spec.edit(2, 1, spec.fieldsOf(1)))
      .thenRefused({ code: 'nothing-to-change' }));
  it('whose secret was sealed from a version that is no longer current is refused', () =>
    given(...edited)
      .when(spec.edit(2, 1, { username: 'x' }))
      .thenRefused({ code: 'version-out-of-order', requested: 2, expected: 3 }));
  it('dies with the login that it shares: what is erased once is erased for both', () =>
    given(
      ...edited,
      spec.requested(1),
      spec.staged(3, 1),
      spec.applied(3, 1),
      spec.tested(3, 1),
      spec.rotated(2, 3, 3, 1),
      spec.superseded(2, 3),
      spec.revoking(2, 1),
      spec.denied(2, 1),
    )
      .when({ type: 'epoch.record-revoked', data: { version: 2, epoch: 1, now: spec.facts().now } })
      .then(spec.revoked(2, 1), spec.settled(2, 'revoked'), spec.revoked(1, 1)));
});

describe('a rollback outside a rotation', () => {
  it('tests the version first', () =>
    given(...edited)
      .when(backTo(1))
      .then(spec.changeAsked('roll-back', 1, { reason: 'it is slow' })));
  it('makes it current once it works, under a new generation', () =>
    given(...edited, spec.changeAsked('roll-back', 1, { reason: 'it is slow' }))
      .when(spec.errandTested(1))
      .then(spec.testedAlone(1), spec.withdrawn(2), spec.broughtBack(2, 1, 3)));
  it('changes nothing where the version works no more', () => {
    const past = [...edited, spec.changeAsked('roll-back', 1, { reason: 'it is slow' })];
    given(...past)
      .when(spec.errandTested(1, 'invalid'))
      .then(spec.testedAlone(1, 'invalid'), spec.changeFailed('roll-back', 1));
    const known = knownOf(given(...past, spec.changeFailed('roll-back', 1)).state);
    expect([known?.current, known && versionOf(known, 1)?.status]).toEqual([2, 'superseded']);
  });
  it('settles what was owed for every version with the secret that is current again', () => {
    const another = [
      ...edited,
      spec.valued(3, HOST),
      spec.changeAsked('value', 3),
      spec.changed(2, 3, 3),
      spec.superseded(2, 3),
      spec.owedInSameLogin(2),
    ];
    given(...another, spec.changeAsked('roll-back', 1, { reason: 'it is slow' }))
      .when(spec.errandTested(1))
      .then(spec.testedAlone(1), spec.withdrawn(3), spec.broughtBack(3, 1, 4), spec.settled(2, 'restored'), spec.owedInSameLogin(3));
  });
  it('can be rolled back itself', () =>
    given(...edited, spec.withdrawn(2), spec.broughtBack(2, 1, 3))
      .when(backTo(2))
      .then(spec.changeAsked('roll-back', 2, { reason: 'it is slow' })));
  it('does nothing where the version is current', () =>
    given(...edited)
      .when(backTo(2))
      .thenNothing());
  it.each([
    [
      'revoked',
      [...spec.committed, spec.revoking(1, 1), spec.denied(1, 1), spec.revoked(1, 1), spec.completed(1)],
      { code: 'version-revoked', requested: 1 },
    ],
    ['discarding', [...spec.ready, spec.discarding(2, 1), spec.failed(1)], { code: 'version-discarded', requested: 2 }],
    [
      'discarded',
      [...spec.ready, spec.discarding(2, 1), spec.failed(1), spec.discarded(2, 1)],
      { code: 'version-discarded', requested: 2 },
    ],
  ] as const)('is refused for a version that is %s', (_status, past, refusal) =>
    given(...past)
      .when(backTo(refusal.requested))
      .thenRefused(refusal),
  );
  it('is refused for one that is being revoked, and for one that never was', () => {
    given(...spec.committed, spec.revoking(1, 1))
      .when(backTo(1))
      .thenRefused({ code: 'revocation-started', version: 1 });
    given(...spec.base)
      .when(backTo(7))
      .thenRefused({ code: 'version-unknown', requested: 7 });
  });
  it('goes the way it always did for the version that a running rotation retires', () =>
    given(...spec.committed)
      .when(backTo(1))
      .then(spec.withdrawn(2), spec.rolledBack(2, 1, 3), spec.settled(1, 'restored'), spec.owed(2, 'superseded-not-revoked')));
});

describe('deleting', () => {
  it('has the worker revoke every live version first', () =>
    given(...edited)
      .when(spec.deleteIt())
      .then(spec.deletionStarted([1, 2])));
  it('ends the credential and its data keys with the last version that is dead', () =>
    given(...edited, spec.deletionStarted([1, 2]), spec.revoked(1, 1))
      .when(spec.errandRevoked(2))
      .then(spec.revoked(2, 1), spec.shredded([1, 2]), spec.deleted([1, 2])));
  it('waits for the other versions', () =>
    given(...edited, spec.deletionStarted([1, 2]))
      .when(spec.errandRevoked(1))
      .then(spec.revoked(1, 1)));
  it('ends at once where it is said why the value is left alive', () =>
    given(...spec.base)
      .when(spec.deleteIt(spec.facts(), 'it is shared'))
      .then(spec.shredded([1]), spec.deleted([], 'it is shared')));
  it('can be ended so too where the provider holds it up', () =>
    given(...edited, spec.deletionStarted([1, 2]), spec.revoked(1, 1))
      .when(spec.deleteIt(spec.facts(), 'the server is gone'))
      .then(spec.shredded([1, 2]), spec.deleted([1], 'the server is gone')));
  it('is refused while live or silent leases hold a version, and names them', () =>
    given(...spec.base)
      .when(spec.deleteIt(spec.facts([spec.lease('a', [1]), spec.lease('b', [1], { silentMs: 40_000 })])))
      .thenRefused({ code: 'version-held', holders: ['orders/a (version 1)', 'orders/b (version 1, silent)'] }));
  it('doesn’t wait for instances that are lost or gone', () =>
    given(...spec.base)
      .when(
        spec.deleteIt(
          spec.facts([spec.lease('a', [1], { silentMs: spec.policy.lostAfterMs }), spec.lease('b', [1], { ended: 'goodbye' })]),
          'it is shared',
        ),
      )
      .then(spec.shredded([1]), spec.deleted([], 'it is shared')));
  it('is refused without the address typed, and while anything is under way', () => {
    given(...spec.base)
      .when(spec.deleteIt(spec.facts(), 'x', 'system.postgres.order'))
      .thenRefused({ code: 'confirmation-wrong' });
    given(...spec.ready)
      .when(spec.deleteIt())
      .thenRefused({ code: 'rotation-open', epoch: 1 });
    given(...edited, spec.changeAsked('roll-back', 1))
      .when(spec.deleteIt())
      .thenRefused({ code: 'change-open', version: 1 });
    given(...spec.ready, spec.discarding(2, 1), spec.failed(1))
      .when(spec.deleteIt())
      .thenRefused({ code: 'ledger-open', entries: 1 });
  });
  it('is refused where nobody can revoke it and nothing says why it is left alive', () =>
    given(spec.registered({}, false), ...spec.base.slice(1))
      .when(spec.deleteIt())
      .thenRefused({ code: 'revocation-impossible', why: 'the credential has no issuer to revoke it with' }));
  it('lets nothing else happen meanwhile', () => {
    const deleting = given(...spec.base, spec.deletionStarted([1]));
    deleting.when(disable).thenRefused({ code: 'credential-deleting' });
    deleting.when(spec.ack('a', 1, 1)).thenRefused({ code: 'credential-deleting' });
    deleting.when(spec.deleteIt()).thenNothing();
  });
  it('is the end', () => {
    given(...ended)
      .when(disable)
      .thenRefused({ code: 'credential-deleted' });
    given(...ended)
      .when(spec.deleteIt())
      .thenNothing();
  });
});

describe('a reveal', () => {
  const ada = { kind: 'person', id: 'ada', authenticatedAt: '2026-01-01T00:00:00.000Z' } as const;
  const judge = (past: Past, actor: Parameters<typeof judgeReveal>[2] = ada, asked = {}, at = 60) => {
    const judged = judgeReveal(given(...past).state, asked, actor, spec.facts([], at).now);
    return judged.ok ? { version: judged.value.version.version, fields: judged.value.fields } : judged.refusal;
  };
  it('shows the current version’s secret fields', () => expect(judge([...edited])).toEqual({ version: 2, fields: ['password'] }));
  it('shows an older version that may still work', () => expect(judge([...edited], ada, { version: 1 })).toMatchObject({ version: 1 }));
  it('asks a person to sign in again after a quarter of an hour, and one whose sign-in nobody knows', () => {
    expect(judge([...spec.base], ada, {}, 901)).toEqual({ code: 'recent-login-required', withinSeconds: 900 });
    expect(judge([...spec.base], { kind: 'person', id: 'ada' })).toEqual({ code: 'recent-login-required', withinSeconds: 900 });
    expect(judge([...spec.base], { kind: 'program', id: 'ci' }, {}, 901)).toMatchObject({ version: 1 });
  });
  it.each([
    ['disabled', [...spec.base, spec.disabled(2)], 'credential-disabled'],
    ['being deleted', [...spec.base, spec.deletionStarted([1])], 'credential-deleting'],
    ['deleted', [...ended], 'credential-deleted'],
    ['kept from everybody', [...spec.base, spec.unrevealable()], 'not-revealable'],
  ])('is refused of a credential that is %s', (_what, past, code) => expect(judge(past)).toMatchObject({ code }));
  it('is refused of versions and fields that are not there', () => {
    expect(judge([...spec.base], ada, { version: 4 })).toEqual({ code: 'version-unknown', requested: 4 });
    expect(judge([...spec.base], ada, { fields: ['password', 'pin'] })).toMatchObject({ code: 'fields-invalid' });
  });
});

describe('a comparison', () => {
  const foresee = (past: Past) => {
    const known = knownOf(given(...past).state);
    const [a, b] = known?.versions ?? [];
    return known && a && b ? foreseeSecret(known, a, b) : 'missing';
  };
  it('knows without opening anything that an edit has the same secret', () => expect(foresee([...edited])).toBe('same'));
  it('opens versions that have nothing to do with each other', () => expect(foresee([...spec.ready])).toBeNull());
  it('knows nothing of shredded ones', () => expect(foresee([...edited, spec.shredded([1, 2]), spec.deleted([])])).toBe('unknown'));
});

const rechecked = (version: number, outcome: 'tested' | 'failed' | 'no-test' | 'unreachable', incarnation = 2) =>
  spec.rechecked(version, outcome, incarnation);

describe('the recheck of a current version after a restore', () => {
  it('is recorded as what the provider said', () => {
    given(...spec.base)
      .when(spec.errandTested(1, 'valid', 2))
      .then(rechecked(1, 'tested'));
    given(...spec.base)
      .when(spec.errandTested(1, 'forbidden', 2))
      .then(spec.rechecked(1, 'failed', 2, 'forbidden'));
    given(...spec.base)
      .when(spec.errandTested(1, 'no-test', 2))
      .then(rechecked(1, 'no-test'));
  });
  it('is not over while the provider can’t be reached, which is recorded once', () => {
    given(...spec.base, rechecked(1, 'unreachable'))
      .when(spec.errandTested(1, 'unreachable', 2))
      .thenNothing();
    given(...spec.base, rechecked(1, 'unreachable'))
      .when(spec.errandTested(1, 'valid', 2))
      .then(rechecked(1, 'tested'));
  });
  it('comes once in each incarnation', () => {
    given(...spec.base, rechecked(1, 'tested'))
      .when(spec.errandTested(1, 'invalid', 2))
      .thenNothing();
    given(...spec.base, rechecked(1, 'tested'))
      .when(spec.errandTested(1, 'invalid', 3))
      .then(rechecked(1, 'failed', 3));
  });
  it('is nobody’s business where nothing was restored', () =>
    given(...spec.base)
      .when(spec.errandTested(1, 'invalid'))
      .thenNothing());
  it('is forgotten with the version', () => {
    const { state } = given(...spec.base, rechecked(1, 'failed'), spec.edited(2, 1, HOST), spec.changed(1, 2, 2), spec.superseded(1, 2));
    expect(knownOf(state)).toMatchObject({ current: 2, recheck: null });
  });
});

const decided = (command: CredentialCommand, state: Credential) => {
  const made = decide(command, state);
  if (!made.ok) throw new Error(made.refusal.code);
  return made.value;
};

describe('after a restore', () => {
  it('the next generation leaps over all that the lost log may have given out, and only the next', () => {
    const before = given(...spec.base).state;
    const restored = leapingAfterRestore(before, 2);
    const [leapt] = decided(disable, restored);
    expect(leapt).toMatchObject({ data: { generation: 1_000_001 } });
    const inTheNext = recordedAs(leapt!, 9);
    const after = evolve(before, { ...inTheNext, meta: { ...inTheNext.meta, incarnation: 2 } });
    expect(decided({ type: 'credential.enable', data: {} }, leapingAfterRestore(after, 2))).toMatchObject([
      { data: { generation: 1_000_002 } },
    ]);
    expect(decided(disable, leapingAfterRestore(before, 1))).toMatchObject([{ data: { generation: 2 } }]);
  });
  it('what the lost log had deleted is deleted again, whatever it is in the middle of, and once', () => {
    const repeat: CredentialCommand = {
      type: 'credential.repeat-deletion',
      data: { repeats: 9, reason: 'gone', revoked: [1], backupRetentionDays: 35 },
    };
    given(...spec.base, spec.requested(1))
      .when(repeat)
      .then(spec.shredded([1], 9), spec.deleted([1], undefined, { reason: 'gone', repeats: 9 }));
    given(...ended)
      .when(repeat)
      .thenNothing();
    given().when(repeat).thenRefused({ code: 'credential-unknown' });
  });
});
