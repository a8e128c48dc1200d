import type { RotationPolicy } from '@keyturn/contracts';
import { plainDuration } from '../../shared/time/plain-duration.ts';
import { policy as policyWords } from '../../strings-policy.ts';

const text = policyWords;

export type PolicyRow = { readonly name: string; readonly value: string; readonly meaning: string };

/** A policy as people would say it, in the order in which it matters in a rotation. */
export const policyRows = (policy: RotationPolicy): readonly PolicyRow[] => {
  const lasting = (name: keyof typeof text.rows, milliseconds: number): PolicyRow => ({
    name: text.rows[name].name,
    value: milliseconds === 0 && text.rows[name].never !== null ? text.rows[name].never : plainDuration(milliseconds),
    meaning: text.rows[name].meaning,
  });
  return [
    {
      name: text.approvals.name,
      meaning: text.approvals.meaning,
      value: text.approvals.choices[policy.approvals] ?? String(policy.approvals),
    },
    ...(policy.approvals > 0 ? [lasting('approveWithin', policy.approveWithinMs)] : []),
    lasting('preflight', policy.preflightMs),
    lasting('valueWithin', policy.valueWithinMs),
    lasting('grace', policy.graceMs),
    lasting('evidence', policy.evidenceEveryMs),
    lasting('deadline', policy.deadlineMs),
    lasting('compromised', policy.compromisedDeadlineMs),
    { ...text.onDeadline, value: text.deadlines[policy.onDeadline] ?? policy.onDeadline },
    ...(policy.onDeadline === 'hold' ? [] : [lasting('escalate', policy.escalateEveryMs)]),
    lasting('soak', policy.soakMs),
    lasting('silent', policy.silentAfterMs),
    lasting('lost', policy.lostAfterMs),
  ];
};
