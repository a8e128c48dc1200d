import { CredentialId } from '@keyturn/contracts';
import { AuditStatus, LostEntries } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_LOST } from '../samples/backup.ts';
import { SAMPLE_AUDIT_STATUS } from '../samples/event.ts';

const LostPage = z.object({
  credentialId: CredentialId.optional(),
  cursor: z.string().max(30).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

const readLost = ({ audit }: { readonly audit: AuditClient }): Endpoint =>
  endpoint(
    {
      name: 'readLostEntries',
      method: 'get',
      path: '/api/v1/audit/lost',
      tag: 'Events',
      summary: 'Reads what restores from backups have lost: the entries of the old log behind what the backup had, oldest first',
      access: 'admin-read',
      takes: z.object({ query: LostPage }),
      answers: { 200: LostEntries },
      refuses: AUDIT_PROBLEMS,
      example: { takes: { query: { limit: '100' } }, answers: { 200: SAMPLE_LOST } },
    },
    async ({ query }, { actor }) => {
      const found = await audit.query('lost.read', { actor, data: query });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

export const auditRoutes = ({ audit }: { readonly audit: AuditClient }): Endpoint[] => [
  endpoint(
    {
      name: 'readAuditStatus',
      method: 'get',
      path: '/api/v1/audit/status',
      tag: 'Events',
      summary: 'Says how far audit is, what keeps it from going on, and of what it convicts the log',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: AuditStatus },
      refuses: AUDIT_PROBLEMS,
      example: { answers: { 200: SAMPLE_AUDIT_STATUS } },
    },
    async (_input, { actor }) => {
      const found = await audit.query('status.read', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  ),
  readLost({ audit }),
];
