import { partsOf } from '@keyturn/contracts';
import { CredentialList, CredentialView, RegisteredCredential, ValueVerified } from '@keyturn/contracts/api';
import { type Gateway, ProblemAnswer } from '../connection/gateway.ts';
import type { SealedCommands } from '../connection/sealed-commands.ts';
import type { ImportTarget, Registration } from './import-target.ts';

const COLLECTION = '/api/v1/admin/credentials';
const pathOf = (credentialId: string): string => `${COLLECTION}/${encodeURIComponent(credentialId)}`;

type Deps = { readonly gateway: Gateway; readonly sealing: SealedCommands; readonly newKey: () => string };

const nullIf = async <T>(codes: readonly string[], asked: Promise<T>): Promise<T | null> => {
  try {
    return await asked;
  } catch (fault) {
    if (fault instanceof ProblemAnswer && codes.includes(fault.code)) return null;
    throw fault;
  }
};

/** Keyturn behind its gateway; every value leaves this process sealed to the vault. */
export const gatewayTarget = ({ gateway, sealing, newKey }: Deps): ImportTarget => {
  const list = (search: string) =>
    gateway.ask({ path: `${COLLECTION}?limit=200&search=${encodeURIComponent(search)}`, answers: CredentialList });

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
    find: (credentialId) => nullIf(['credential-unknown'], gateway.ask({ path: pathOf(credentialId), answers: CredentialView })),
    ownerOf: async (address) => (await list(address)).items.find((item) => item.address === address) ?? null,
    register: async (registration) => {
      const registered = await nullIf(['address-taken'], send(registration));
      return registered ? 'registered' : 'address-taken';
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
      return (await nullIf(['version-unknown', 'not-allowed'], asked))?.equal ?? null;
    },
    hasDefault: async (scope, service) => {
      const { items } = await list(`${scope}.${service}.`);
      return items.some((item) => item.isDefault && partsOf(item.address).scope === scope && partsOf(item.address).service === service);
    },
  };
};
