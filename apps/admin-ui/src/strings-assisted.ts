/** The words of what a person does in a rotation, and of its cancelling; part of `strings`. */
export const assisted = {
  value: {
    title: (site: string) => `Your turn: make the new value at ${site}`,
    lead: 'The old one goes on working. What you paste here is sealed in this browser, tested at the provider, and committed once your consumers can use it.',
    submit: 'Test and use it',
    untestedLead:
      'The old one goes on working. What you paste here is sealed in this browser. Nobody can test it but your consumers: it is committed once they can use it, and marked untested.',
    untestedSubmit: 'Use it',
  },
  deletion: {
    title: (site: string) => `Your turn: remove the old value at ${site}`,
    lead: 'Every consumer has proved that it uses the new one. After you removed the old one, the provider is asked until it refuses it.',
    submit: 'I removed it: check',
    checking: 'The provider is being asked.',
    unprovenLead:
      'Every consumer has proved that it uses the new one. Nobody can test the old one, so your word that it is gone is recorded.',
    unprovenSubmit: 'I removed it',
    recorded: 'Your word is recorded.',
  },
  open: (site: string) => `Open ${site}`,
  steps: 'What to do',
  cancel: {
    open: 'Cancel rotation',
    title: (epoch: number) => `Cancel rotation ${epoch}?`,
    lead: 'The current version stays. What Keyturn made of the next one is removed at the provider. A value that a person made there is not: remove it, or, where it ended the old one, bring it again in another rotation.',
    reason: 'Why',
    reasonHint: 'Kept in the audit log. No secrets.',
    reasonNeeded: 'Say why, in a few words.',
    submit: 'Cancel it',
    keep: 'Go on',
  },
} as const;
