import { leaseContradiction, type Refusal, type RotationPolicy } from '@keyturn/contracts';
import { ok, refuse } from '@keyturn/kernel';
import type { CommandOf } from './command.ts';
import { type Decided, eventsOf } from './happened.ts';
import { refuseOldLogin } from './recent-login.ts';
import { nameOf } from './said.ts';
import type { RegisteredCredential } from './state.ts';

type Changed = { readonly setting: string; readonly from: number | string; readonly to: number | string };

const changedBetween = (before: RotationPolicy, after: RotationPolicy): Changed[] => {
  const old = new Map<string, number | string>(Object.entries(before));
  return Object.entries(after).flatMap(([setting, to]) => {
    const from = old.get(setting) ?? '';
    return from === to ? [] : [{ setting, from, to }];
  });
};

type Guards = Pick<RotationPolicy, 'approvals' | 'preflightMs' | 'graceMs' | 'lostAfterMs'>;
/** Less of them, and less is proved. */
const GUARDS = ['approvals', 'preflightMs', 'graceMs', 'lostAfterMs'] as const satisfies readonly (keyof Guards)[];

/** Does it do away with somebody's consent or with a proof: fewer must approve, consumers are waited for less, or a force comes by itself? */
export const isLooser = (before: Guards, after: Guards & Pick<RotationPolicy, 'onDeadline'>): boolean =>
  after.onDeadline === 'force' || GUARDS.some((guard) => after[guard] < before[guard]);

/** Why no policy may be like this, or null. */
export const refusePolicy = (policy: RotationPolicy): Refusal | null => {
  const sentence = leaseContradiction(policy);
  return sentence === null ? null : { code: 'policy-invalid', sentence };
};

/** What contradicted itself before this was checked doesn't keep anybody from changing something else. */
const refuseChanged = (policy: RotationPolicy, changed: readonly Changed[]): Refusal | null =>
  changed.some(({ setting }) => setting === 'silentAfterMs' || setting === 'lostAfterMs') ? refusePolicy(policy) : null;

/**
 * Who changes a policy that forces answers for the force, whatever they changed of it. To need fewer approvals or to force takes a recent
 * login, like what is thereby got around.
 */
export const changePolicy = (
  { settings, reason, by, now }: CommandOf<'credential.change-policy'>,
  state: RegisteredCredential,
): Decided => {
  const policy: RotationPolicy = { ...state.policy, ...settings };
  const changed = changedBetween(state.policy, policy);
  if (changed.length === 0) return ok([]);
  const refusal = refuseChanged(policy, changed);
  if (refusal) return refuse(refusal);
  const isForcing = policy.onDeadline === 'force';
  const tooOld = isLooser(state.policy, policy) ? refuseOldLogin(by, now) : null;
  if (tooOld) return refuse(tooOld);
  if (isForcing && by.kind !== 'person')
    return refuse({ code: 'approver-not-a-person', sentence: `${nameOf(by)} is a program: only a person answers for a force.` });
  const answers = isForcing ? { forceApprovedBy: by } : {};
  return ok([eventsOf(state)('credential.policy-changed', { policy, changed, reason, ...answers })]);
};
