import { AuditStatus } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_AUDIT_STATUS } from '../samples/event.ts';

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
];
