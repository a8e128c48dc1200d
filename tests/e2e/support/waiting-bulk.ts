import { randomUUID } from 'node:crypto';
import { BulkRotationStarted } from '@keyturn/contracts/api';
import { admin, readCredential } from './admin.ts';
import { ask, rotationsPath } from './ask.ts';

export type WaitingBulk = { readonly bulkId: string; end(): Promise<void> };

/** A bulk rotation of one credential, which waits for a person. */
export const startWaitingBulk = async (): Promise<WaitingBulk> => {
  const { credentialId } = await admin().register({
    address: `system.every-page.${randomUUID().slice(0, 8)}`,
    credentialType: 'generic',
    publicFields: {},
    secretFields: { value: 'it waits for another one' },
  });
  const started = await ask('/api/v1/admin/rotations/bulk', { method: 'POST', body: { ids: [credentialId], note: 'to look at it' } });
  const { bulkId } = BulkRotationStarted.parse(started.json);
  return {
    bulkId,
    end: async () => {
      const { openEpoch } = await readCredential(credentialId);
      const body = { reason: 'every page is looked at' };
      if (openEpoch !== null) await ask(`${rotationsPath(credentialId)}/${openEpoch}/cancel`, { method: 'POST', body });
    },
  };
};
