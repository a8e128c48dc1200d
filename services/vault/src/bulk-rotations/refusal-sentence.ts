import type { Refusal, RefusalCode } from '@keyturn/contracts/refusals';

const SENTENCES: Readonly<Partial<Record<RefusalCode, string>>> = {
  'credential-deleted': 'It was deleted.',
  'credential-deleting': 'It is being deleted.',
  'credential-disabled': 'It is disabled: enable it first.',
  'credential-unknown': 'There is no such credential any more.',
  'change-open': 'Another version of it is being tested, to become current.',
  'rotation-open': 'Another rotation of it is open.',
  'nothing-to-rotate': 'It has no current version to rotate.',
  'issuer-missing': 'It has no issuer to rotate it with.',
  'secret-needed': 'Whoever asked may not have its new value sent where its fields say.',
  'recent-login-required': 'Whoever asked had not signed in lately enough to have its new value sent where its fields say.',
};

/** Why a rotation was refused, for people. */
export const refusalSentence = (refusal: Refusal): string => {
  if (refusal.code === 'fields-missing') return `It lacks fields that a rotation needs: ${refusal.fields}.`;
  return SENTENCES[refusal.code] ?? ('sentence' in refusal ? refusal.sentence : `The vault refuses it: ${refusal.code}.`);
};
