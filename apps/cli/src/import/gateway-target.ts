import { partsOf } from '@keyturn/contracts';
import { CredentialList, CredentialView, RegisteredCredential, ValueVerified } from '@keyturn/contracts/api';
import { type Gateway, ProblemAnswer } from '../connection/gateway.ts';
import type { SealedCommands } from '../connection/sealed-commands.ts';
import type { ImportTarget, Registration } from './import-target.ts';

const COLLECTION = '/api/v1/admin/credentials';
const pathOf = (credentialId: string): string => `${COLLECTION}/${encodeURIComponent(credentialId)}`;

type Deps = { readonly gateway: Gateway; readonly sealing: SealedCommands; readonly newKey: () => string };

/** What the answer is where it is a problem of one of these codes. */
const orElse = async <T, Said>(instead: Readonly<Record<string, Said>>, asked: Promise<T>): Promise<T | Said> => {
  try {
    return await asked;
  } catch (fault) {
    const said = fault instanceof ProblemAnswer ? instead[fault.code] : undefined;
    if (said !== undefined) return said;
    throw fault;
  }
};

/** Keyturn behind its gateway; every value leaves this process sealed to the vault. */
export const gatewayTarget = ({ gateway, sealing, newKey }: Deps): ImportTarget => {
  const list = (filter: Readonly<Record<string, string>>) =>
    gateway.ask({ path: `${COLLECTION}?${new URLSearchParams(filter).toString()}`, answers: CredentialList });

  const send = ({ fields, ...registration }: Registration): Promise<RegisteredCredential> => {
    const { credentialId, address } = registration;
    const idempotencyKey = `import/${credentialId}/${address}`;
    return sealing.sealed({ command: 'credential.register', credentialId, idempotencyKey, fields }, (sealed) =>
      gateway.ask({
        method: 'POST',
        path: COLLECTION,
        idempotencyKey,
        body: { ...registration, untested: 'import', sealed },
        answers: RegisteredCredential,
      }),
    );
  };

  return {
    find: (credentialId) => orElse({ 'credential-unknown': null }, gateway.ask({ path: pathOf(credentialId), answers: CredentialView })),
    ownerOf: async (address) => {
      const { scope, service } = partsOf(address);
      const { items } = await list({ scope, service, search: address, limit: '200' });
      return items.find((item) => item.address === address) ?? null;
    },
    register: async (registration) => {
      const registered = await orElse({ 'address-taken': 'address-taken' as const }, send(registration));
      return registered === 'address-taken' ? registered : 'registered';
    },
    holds: async (credentialId, version, fields) => {
      const idempotencyKey = newKey();
      const asked = sealing.sealed({ command: 'credential.verify-value', credentialId, idempotencyKey, fields }, (sealed) =>
        gateway.ask({
          method: 'POST',
          path: `${pathOf(credentialId)}/verify-value`,
          idempotencyKey,
          body: { version, sealed },
          answers: ValueVerified,
        }),
      );
      const told = await orElse({ 'version-unknown': 'gone', 'not-allowed': 'not-allowed' } as const, asked);
      if (typeof told === 'string') return told;
      return told.equal ? 'equal' : 'other';
    },
    hasDefault: async (scope, service) => (await list({ scope, service, isDefault: 'true', limit: '1' })).items.length > 0,
  };
};
