import { partsOf } from '@keyturn/contracts';
import type { Fields, ImportTarget, Registration } from '../import/import-target.ts';

export type MemoryTarget = ImportTarget & { readonly kept: readonly Registration[]; readonly deleted: Set<string> };

const sameFields = (a: Fields, b: Fields): boolean => JSON.stringify(a.reveal()) === JSON.stringify(b.reveal());

/** Keyturn in memory: every credential has one version. */
export const memoryTarget = (): MemoryTarget => {
  const kept: Registration[] = [];
  const deleted = new Set<string>();
  const byId = (credentialId: string) => kept.find((each) => each.credentialId === credentialId);
  const known = ({ credentialId, address }: Registration) => ({
    credentialId,
    address,
    current: 1,
    status: deleted.has(credentialId) ? 'deleted' : 'active',
  });
  return {
    kept,
    deleted,
    find: async (credentialId) => {
      const found = byId(credentialId);
      return found ? known(found) : null;
    },
    ownerOf: async (address) => {
      const owner = kept.find((each) => each.address === address);
      return owner ? known(owner) : null;
    },
    register: async (registration) => {
      if (kept.some(({ address }) => address === registration.address)) return 'address-taken';
      kept.push(registration);
      return 'registered';
    },
    holds: async (credentialId, version, fields) => {
      const found = byId(credentialId);
      if (!found || version !== 1) return 'gone';
      return sameFields(found.fields, fields) ? 'equal' : 'other';
    },
    hasDefault: async (scope, service) =>
      kept.some(({ address, isDefault }) => isDefault && partsOf(address).scope === scope && partsOf(address).service === service),
  };
};
