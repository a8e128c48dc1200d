import { missingToRotate, type Refusal } from '@keyturn/contracts';
import { issuerNow, strategyNow } from './provider-abilities.ts';
import { openRotation } from './rotation.ts';
import { type RegisteredCredential, versionOf } from './state.ts';

/** All that a rotation of the credential would be refused for now, the first of which is what its request is told. */
export const obstaclesTo = (state: RegisteredCredential): readonly Refusal[] => {
  const open = openRotation(state);
  const strategy = strategyNow(state);
  const publicFields = versionOf(state, state.current)?.publicFields ?? {};
  const missing = missingToRotate(state.credentialType, publicFields, issuerNow(state));
  const found: readonly (Refusal | false)[] = [
    open !== undefined && { code: 'rotation-open', epoch: open.epoch },
    state.disabled !== null && { code: 'credential-disabled' },
    state.change !== null && { code: 'change-open', version: state.change.version },
    state.current === null && { code: 'nothing-to-rotate' },
    strategy !== 'assisted' && state.issuer === null && { code: 'issuer-missing' },
    missing.length > 0 && { code: 'fields-missing', fields: missing.join(', ') },
  ];
  return found.filter((obstacle) => obstacle !== false);
};
