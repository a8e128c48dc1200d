import { randomUUID } from 'node:crypto';
import { BulkRotationStarted } from '@keyturn/contracts/api';
import { admin, cancelOpen } from './admin.ts';
import { ask } from './ask.ts';

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
    end: () => cancelOpen(credentialId),
  };
};
