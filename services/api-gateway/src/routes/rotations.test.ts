import { expect, it } from 'vitest';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';
import { SAMPLE_ROTATION_PAGE } from '../samples/stats.ts';
import { memoryAudit } from '../testing/memory-services.ts';
import { bearer, testApp } from '../testing/test-app.ts';

it('asks audit for the rotations of the credential in the path, whatever the query says', async () => {
  const audit = memoryAudit();
  const { app } = testApp({ audit });
  const other = '0190c8a0-9999-7000-8000-000000000009';
  const path = `/api/v1/admin/credentials/${SAMPLE_CREDENTIAL_ID}/rotations?status=failed&cursor=40&limit=5&credentialId=${other}`;
  const listed = await app.request(path, { headers: bearer('auditor') });
  expect([listed.status, await listed.json()]).toEqual([200, SAMPLE_ROTATION_PAGE]);
  const data = { credentialId: SAMPLE_CREDENTIAL_ID, status: 'failed', cursor: '40', limit: 5 };
  expect(audit.calls).toEqual([{ name: 'rotations.list', message: { actor: expect.objectContaining({ id: 'auditor' }), data } }]);
});
