import { BackupList, BackupStartedAnswer, BackupView, PublishRestoredBody, RestorePublished, RestoreStatus } from '@keyturn/contracts/api';
import { ok } from '@keyturn/kernel';
import { z } from 'zod';
import type { VaultClient } from '../clients/vault.ts';
import { type Endpoint, endpoint } from '../endpoint.ts';
import { COMMAND_PROBLEMS, QUERY_PROBLEMS } from '../problem-groups.ts';
import { SAMPLE_BACKUP, SAMPLE_BACKUP_ID, SAMPLE_BACKUP_STARTED, SAMPLE_PUBLISHED, SAMPLE_RESTORE } from '../samples/backup.ts';

type Deps = { readonly vault: VaultClient };

const startBackup = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'startBackup',
      method: 'post',
      path: '/api/v1/admin/backups',
      tag: 'Backups',
      summary: "Starts a backup into the folder on the vault's host, to the recipients that are set up there",
      access: 'admin-only',
      sends: ['backup.start'],
      takes: z.object({}),
      answers: { 202: BackupStartedAnswer },
      refuses: [...COMMAND_PROBLEMS, 'recent-login-required', 'backup-unconfigured', 'backup-running'],
      example: { answers: { 202: SAMPLE_BACKUP_STARTED } },
    },
    async (_input, { actor, commandId, requestId }) => {
      const started = await vault.command('backup.start', { commandId, actor, correlationId: requestId, data: {} });
      return started.ok ? ok({ status: 202, body: BackupStartedAnswer.parse(started.value) }) : started;
    },
  );

const listBackups = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'listBackups',
      method: 'get',
      path: '/api/v1/admin/backups',
      tag: 'Backups',
      summary: 'Lists the newest 50 backups that were started here, the newest first, with how far each is',
      access: 'admin-only',
      takes: z.object({}),
      answers: { 200: BackupList },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: { items: [SAMPLE_BACKUP] } } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('backup.list', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const readBackup = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'readBackup',
      method: 'get',
      path: '/api/v1/admin/backups/{backupId}',
      tag: 'Backups',
      summary: 'Shows one backup, and how far it is',
      access: 'admin-only',
      takes: z.object({ params: z.object({ backupId: z.uuid() }) }),
      answers: { 200: BackupView },
      refuses: [...QUERY_PROBLEMS, 'backup-unknown'],
      example: { takes: { params: { backupId: SAMPLE_BACKUP_ID } }, answers: { 200: SAMPLE_BACKUP } },
    },
    async ({ params: { backupId } }, { actor }) => {
      const found = await vault.query('backup.get', { actor, data: { backupId } });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const readRestore = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'readRestore',
      method: 'get',
      path: '/api/v1/admin/restore',
      tag: 'Backups',
      summary: 'Says how far it is after the newest restore: what is tested, what failed, and what publishing waits for',
      access: 'admin-read',
      takes: z.object({}),
      answers: { 200: RestoreStatus },
      refuses: QUERY_PROBLEMS,
      example: { answers: { 200: { restore: SAMPLE_RESTORE } } },
    },
    async (_input, { actor }) => {
      const found = await vault.query('restore.view', { actor, data: {} });
      return found.ok ? ok({ status: 200, body: found.value }) : found;
    },
  );

const publishRestored = ({ vault }: Deps): Endpoint =>
  endpoint(
    {
      name: 'publishRestored',
      method: 'post',
      path: '/api/v1/admin/restore/publish',
      tag: 'Backups',
      summary: 'Publishes what a restore holds back, without waiting for the tests that are still open',
      access: 'admin-only',
      sends: ['restore.publish'],
      takes: z.object({ body: PublishRestoredBody }),
      answers: { 200: RestorePublished },
      refuses: [...COMMAND_PROBLEMS, 'nothing-to-release'],
      example: { takes: { body: { reason: 'The provider is down until tomorrow.' } }, answers: { 200: SAMPLE_PUBLISHED } },
    },
    async ({ body }, { actor, commandId, requestId }) => {
      const published = await vault.command('restore.publish', { commandId, actor, correlationId: requestId, data: body });
      return published.ok ? ok({ status: 200, body: RestorePublished.parse(published.value) }) : published;
    },
  );

export const backupRoutes = (deps: Deps): Endpoint[] => [
  startBackup(deps),
  listBackups(deps),
  readBackup(deps),
  readRestore(deps),
  publishRestored(deps),
];
