import type { Actor } from '@keyturn/contracts';
import type { DecisionEvent, PolicyChanged, RotationForced } from '@keyturn/contracts/events';

const named = ({ id, name }: Actor): string => name ?? id;
const list = (names: readonly string[]): string => (names.length === 0 ? 'nobody' : names.join(', '));

const summariseForce = ({ version, how, by, approvedBy, reason, cutOff }: RotationForced['data']): string => {
  const whose = how === 'policy' ? `by the policy of ${named(by)}` : `by ${named(by)}`;
  const agreed = approvedBy === undefined ? '' : `, approved by ${named(approvedBy)}`;
  return `forced the revoke of version ${version} ${whose}${agreed}, cutting off ${list(cutOff)}: ${reason}`;
};

const summarisePolicy = ({ changed, reason, forceApprovedBy }: PolicyChanged['data']): string => {
  const what = changed.map(({ setting, from, to }) => `${setting} ${from} → ${to}`).join(', ');
  const answers = forceApprovedBy === undefined ? '' : `; ${named(forceApprovedBy)} answers for a force at the deadline`;
  return `changed the rotation policy (${what})${answers}: ${reason}`;
};

/** What somebody decided about a rotation, for a person who reads the timeline. */
export const summariseDecision = ({ type, data }: DecisionEvent): string => {
  switch (type) {
    case 'rotation.approved': {
      const note = data.note === undefined ? '' : `: ${data.note}`;
      const what = data.of === 'force' ? `the force of rotation ${data.epoch}` : `rotation ${data.epoch}`;
      return `approved ${what} (${data.given} of ${data.needed})${note}`;
    }
    case 'rotation.force-asked':
      return `wants to force rotation ${data.epoch}, which would cut off ${list(data.cutOff)}: ${data.reason}`;
    case 'rotation.force-rejected':
      return `${data.lapsed ? 'ended' : 'rejected'} the force of rotation ${data.epoch}: ${data.reason}`;
    case 'rotation.forced':
      return summariseForce(data);
    case 'rotation.escalated':
      return `somebody must look after rotation ${data.epoch} (told ${data.times} times), late since ${data.lateSince}: ${data.waitingFor}`;
    case 'rotation.extended':
      return `gave rotation ${data.epoch} ${Math.round(data.byMs / 1000)} s more: ${data.reason}`;
    case 'credential.policy-changed':
      return summarisePolicy(data);
  }
};
