import { serverOfIssuer, strayedDestinations } from '@keyturn/contracts';
import { strategyNow } from './provider-abilities.ts';
import { openRotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';

/** Of one that is being registered: those with which it is. */
const fieldsOf = (state: RegisteredCredential) => versionOf(state, state.current ?? state.change?.version ?? null)?.publicFields ?? {};

/** The fields by which a credential, as both stand now, is at another server than its issuer. */
export const elsewhereThanIssuer = (state: RegisteredCredential, issuer: RegisteredCredential): readonly string[] => {
  const { credentialType } = state;
  const fields = fieldsOf(state);
  return strayedDestinations(credentialType, serverOfIssuer(credentialType, fields, fieldsOf(issuer)), fields);
};

/**
 * May the issuer work for the credential now? What it makes in a rotation is tested where the credential's fields say. Either of the two may
 * have been moved since somebody answered for them, so it is looked at whenever the issuer is used, and the rotation says who answered.
 * Where values are chosen, nothing but a role's name is needed to revoke one, and nothing of it goes to the credential's own server.
 */
export const mayBeUsedFor = (state: RegisteredCredential, issuer: RegisteredCredential): boolean => {
  const rotation = openRotation(state);
  if (rotation ? rotation.elsewhere : strategyNow(state) === 'chosen') return true;
  return elsewhereThanIssuer(state, issuer).length === 0;
};
