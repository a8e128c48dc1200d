/** Words by a name that comes from outside, so it may be one that is not here. */
const byName = (words: Readonly<Record<string, string>>): Readonly<Record<string, string>> => words;

/** The words of rotation policies; part of `strings`. `never`: what zero means where that is something else than "at once". */
export const policy = {
  lead: 'What a rotation of this credential waits for, and for how long.',
  showing: 'Showing the secret',
  rows: {
    preflight: {
      name: 'Time to try a new value',
      meaning: 'Consumers try it before it is committed; one that can’t use it stops the rotation.',
      never: 'nobody is asked',
    },
    valueWithin: {
      name: 'Time to bring a value',
      meaning: 'Where a person makes the new value, the rotation fails after that.',
      never: null,
    },
    grace: {
      name: 'Unused for',
      meaning: 'So long the old value must not have been seen in use before it is revoked.',
      never: 'at once',
    },
    evidence: { name: 'Looked at every', meaning: 'How often the provider is asked whether the old value is in use.', never: null },
    approveWithin: { name: 'Time to approve', meaning: 'Where other persons must approve, the rotation fails after that.', never: null },
    compromised: {
      name: 'Deadline of a compromised value',
      meaning: 'Instead of the other one where it is shorter; no grace is given then.',
      never: 'at once',
    },
    escalate: { name: 'Told again every', meaning: 'How often somebody is told of a late rotation.', never: null },
    deadline: { name: 'Deadline', meaning: 'Counted from the commit; then somebody is needed.', never: 'at once' },
    soak: {
      name: 'Between denying and erasing',
      meaning: 'Logins with the old value are refused first, which can be undone; then it is erased.',
      never: 'at once',
    },
    silent: { name: 'An instance is silent after', meaning: 'It still counts, and is named.', never: null },
    lost: { name: 'An instance is lost after', meaning: 'It counts no more.', never: null },
  },
  approvals: {
    name: 'Other persons who must approve',
    meaning: 'Before anything is done at the provider; never by whoever asked.',
    choices: ['nobody', 'one', 'two'],
  },
  units: { milliseconds: 'milliseconds', seconds: 'seconds', minutes: 'minutes', hours: 'hours', days: 'days' },
  unitOf: (name: string) => `Unit of: ${name}`,
  open: 'Change the policy',
  submit: 'Save the policy',
  nothing: 'Nothing is changed yet.',
  outOfBounds: 'This is too short, or too long.',
  forceHint: 'You answer for it by name: at the deadline the old value is revoked without the proof.',
  done: 'The policy is changed',
  onDeadline: { name: 'At the deadline', meaning: 'What happens if the old value is still in use then.' },
  deadlines: byName({
    hold: 'hold: both values live',
    escalate: 'escalate: somebody is told',
    force: 'force: the old one is revoked',
  }),
} as const;
