import { type PublicFields, strategyOf } from '@keyturn/contracts';
import { issuerFor } from './provider-abilities.ts';
import { openRotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';

// What a test sees of the credential's issuer beside the value: may it make the next one? ADR-0039.

type ToInspect = { readonly issuerId: string; readonly owner: PublicFields };

/**
 * Whom the test of a version looks at, too; null where a person makes the next value. A value that is only tried needs none, and while a rotation
 * is open that one finds out, once it is approved.
 */
export const issuerToInspect = (state: RegisteredCredential, version: number): ToInspect | null => {
  const { change, credentialType } = state;
  const isTried = change?.version === version && change.isTrial;
  if (isTried || openRotation(state)) return null;
  const fields = versionOf(state, version)?.publicFields ?? {};
  const issuerId = issuerFor(state, fields);
  if (issuerId === null || strategyOf(credentialType, issuerId, fields) === 'assisted') return null;
  return { issuerId, owner: versionOf(state, 1)?.publicFields ?? fields };
};

/** Is a test open that looks at the issuer? */
export const isInspecting = (state: RegisteredCredential): boolean =>
  [state.change, state.testAsked].some((asked) => asked !== null && issuerToInspect(state, asked.version) !== null);
