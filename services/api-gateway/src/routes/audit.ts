import { CredentialId } from '@keyturn/contracts';
import { AccessPage, AuditEntryPage, AuditFilter, AuditRebuild, AuditStatus, LostEntries, RebuildView } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { AUDIT_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_LOST } from '../samples/backup.ts';
import { SAMPLE_ACCESS_PAGE, SAMPLE_AUDIT_STATUS, SAMPLE_ENTRY_PAGE, SAMPLE_REBUILD } from '../samples/event.ts';
import { SAMPLE_CREDENTIAL_ID } from '../samples/ids.ts';

const LostPage = z.object({
  credentialId: CredentialId.optional(),
  cursor: z.string().max(30).optional(),
  limit: z.coerce.number().int().min(1).max(500).optional(),
});

const Search = AuditFilter.extend({ limit: z.coerce.number().int().min(1).max(500).optional() });

const searchEntries = ({ audit }: { readonly audit: AuditClient }): Endpoint =>
  endpoint(
    {
      name: 'searchAuditEntries',
      method: 'get',
      path: '/api/v1/audit/entries',
      tag: 'Events',
      summary: 'Reads what happened, of every credential: by credential, person, consumer, time and text; newest first',
      access: 'audit-read',
      takes: z.object({ query: Search }),
      answers: { 200: AuditEntryPage },
      refuses: AUDIT_PROBLEMS,
      example: {
        takes: { query: { person: 'Ada', from: '2026-03-01', text: 'rotated', limit: '100' } },
        answers: { 200: SAMPLE_ENTRY_PAGE },
      },
    },
    async ({ query }, { actor }) => {
      const found = await audit.query('audit.entries', { actor, data: query });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const searchAccess = ({ audit }: { readonly audit: AuditClient }): Endpoint =>
  endpoint(
    {
      name: 'searchAccess',
      method: 'get',
      path: '/api/v1/audit/access',
      tag: 'Events',
      summary: 'Reads who was given a secret or was refused it, of every credential, by the same filters; newest first',
      access: 'audit-read',
      takes: z.object({ query: Search }),
      answers: { 200: AccessPage },
      refuses: AUDIT_PROBLEMS,
      example: {
        takes: { query: { credentialId: SAMPLE_CREDENTIAL_ID, consumer: 'orders', from: '2026-03-01T00:00:00Z' } },
        answers: { 200: SAMPLE_ACCESS_PAGE },
      },
    },
    async ({ query }, { actor }) => {
      const found = await audit.query('audit.access', { actor, data: query });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

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

const readRebuild = ({ audit }: { readonly audit: AuditClient }): Endpoint =>
  endpoint(
    {
      name: 'readAuditRebuild',
      method: 'get',
      path: '/api/v1/audit/rebuild',
      tag: 'Events',
      summary: 'Says how far the newest rebuild of the entries is, and whether it came to the same ones: by a digest over all of both',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: AuditRebuild },
      refuses: AUDIT_PROBLEMS,
      example: { answers: { 200: { rebuild: SAMPLE_REBUILD } } },
    },
    async (_input, { actor }) => {
      const found = await audit.query('rebuild.get', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const startRebuild = ({ audit }: { readonly audit: AuditClient }): Endpoint =>
  endpoint(
    {
      name: 'startAuditRebuild',
      method: 'post',
      path: '/api/v1/audit/rebuild',
      tag: 'Events',
      summary: "Makes all entries anew from the log's first event, beside those that are served, or answers the rebuild that is under way",
      access: 'admin-only',
      takes: z.object({}),
      answers: { 202: RebuildView },
      refuses: AUDIT_PROBLEMS,
      example: { answers: { 202: { ...SAMPLE_REBUILD, state: 'building', position: 0, compared: null } } },
    },
    async (_input, { actor }) => {
      const started = await audit.query('rebuild.start', { actor, data: {} });
      return started.ok ? ok({ status: 202, body: started.value }) : started;
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
  searchEntries({ audit }),
  searchAccess({ audit }),
  readLost({ audit }),
  readRebuild({ audit }),
  startRebuild({ audit }),
];
