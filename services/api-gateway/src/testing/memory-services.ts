import { DEFAULT_POLICY } from '@keyturn/contracts';
import { SAMPLE_DRY_RUN } from '../samples/decisions.ts';
import type { Refusal } from '@keyturn/contracts/refusals';
import { type Result, ok, Sensitive } from '@keyturn/kernel';
import { z } from 'zod';
import type { AuditClient } from '../clients/audit.ts';
import type { VaultClient } from '../clients/vault.ts';
import {
  SAMPLE_CONSUMER,
  SAMPLE_CREDENTIAL,
  SAMPLE_REGISTERED,
  SAMPLE_TOKEN,
  SAMPLE_SUMMARY,
  SAMPLE_ENVIRONMENT,
  SAMPLE_LEGACY_USER,
} from '../samples/credential.ts';
import { SAMPLE_DAY, SAMPLE_OWN_KEY } from '../samples/byok.ts';
import { SAMPLE_BACKUP, SAMPLE_BACKUP_STARTED, SAMPLE_LOST, SAMPLE_PUBLISHED, SAMPLE_RESTORE } from '../samples/backup.ts';
import { SAMPLE_BULK, SAMPLE_BULK_STANDING, SAMPLE_BULK_STARTED, SAMPLE_BULK_VIEW } from '../samples/bulk-rotation.ts';
import { SAMPLE_REGISTERED_CONSUMER } from '../samples/consumer.ts';
import { SAMPLE_ACCESS_PAGE, SAMPLE_AUDIT_STATUS, SAMPLE_ENTRY, SAMPLE_ENTRY_PAGE, SAMPLE_REBUILD } from '../samples/event.ts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID, SAMPLE_KEY_ID } from '../samples/ids.ts';
import { SAMPLE_KEK_ID, SAMPLE_KEY_RING, SAMPLE_REWRAP_STARTED } from '../samples/key-ring.ts';
import {
  SAMPLE_ACCESS_LOG,
  SAMPLE_COMPARISON,
  SAMPLE_DELETION,
  SAMPLE_REVEALED,
  SAMPLE_ROLL_BACK,
  SAMPLE_TEST,
  SAMPLE_TEST_ASKED,
  SAMPLE_VERSIONS,
} from '../samples/lifecycle.ts';
import { SAMPLE_CHOSEN_SERVER, SAMPLE_SERVER } from '../samples/execution-servers.ts';
import { SAMPLE_LLM_CHOICE, SAMPLE_LLM_CONFIG } from '../samples/llm.ts';
import { SAMPLE_RESOLVED, SAMPLE_RESOLVED_VALUE } from '../samples/resolved.ts';
import { SAMPLE_ROTATION } from '../samples/rotation.ts';
import { SAMPLE_SETTINGS } from '../samples/settings.ts';
import { SAMPLE_COUNTS, SAMPLE_ROTATION_PAGE, SAMPLE_STATS_OF_ALL } from '../samples/stats.ts';
import { SAMPLE_SCHEDULE } from '../samples/schedule.ts';
import { SAMPLE_KEYS } from '../samples/sealing-keys.ts';

export type Call = { readonly name: string; readonly message: unknown };
type Reply = Result<unknown, Refusal> | Error;

/** What is answered where the test says nothing: what the API's document has as examples. */
const SAMPLE_REPLIES: Readonly<Record<string, Reply>> = {
  'health.check': ok({ ok: true, down: [], position: 4711 }),
  'sealing-keys.list': ok(SAMPLE_KEYS),
  'credential.list': ok({ items: [SAMPLE_SUMMARY], nextCursor: null, total: 1, totalIsAtLeast: false }),
  'credential.count': ok({ counts: SAMPLE_COUNTS }),
  'credential.export': ok({ items: [SAMPLE_SUMMARY], nextCursor: null, total: 1, totalIsAtLeast: false }),
  'credential.get': ok(SAMPLE_CREDENTIAL),
  'environment.list': ok({ items: [SAMPLE_ENVIRONMENT] }),
  'legacy-user.find': ok({ items: [SAMPLE_LEGACY_USER] }),
  'legacy-user.map': ok(SAMPLE_LEGACY_USER),
  'credential.change-details': ok({ credentialId: SAMPLE_CREDENTIAL_ID }),
  'credential.stage-value': ok({ ...SAMPLE_REGISTERED, version: 4, generation: 4 }),
  'credential.consumers': ok({ items: [SAMPLE_CONSUMER] }),
  'consumer.list': ok({ items: [SAMPLE_REGISTERED_CONSUMER] }),
  'consumer.get': ok(SAMPLE_REGISTERED_CONSUMER),
  'consumer.tokens': ok({ items: [SAMPLE_TOKEN] }),
  'person.sessions': ok({ revokedBefore: null }),
  'person.revoke-sessions': ok({ revokedBefore: '2026-03-02T09:00:00.000Z' }),
  'credential.register': ok(SAMPLE_REGISTERED),
  'credential.request-test': ok(SAMPLE_TEST_ASKED),
  'credential.tests': ok({ noTestBecause: null, open: null, items: [SAMPLE_TEST] }),
  'credential.verify-value': ok({ credentialId: SAMPLE_CREDENTIAL_ID, address: SAMPLE_ADDRESS, version: 1, equal: true }),
  'rotation.get': ok(SAMPLE_ROTATION),
  'rotation.give-value': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3, version: 4 }),
  'rotation.report-deletion': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 }),
  'rotation.cancel': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 }),
  'rotation.approve': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3, of: 'rotation', given: 1, needed: 1 }),
  'rotation.reject': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 }),
  'rotation.force': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3, status: 'forced', cutOff: ['orders/7f3a'] }),
  'rotation.extend': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3, deadlineAt: '2026-03-02T11:00:00.612Z' }),
  'rotation.dry-run': ok(SAMPLE_DRY_RUN),
  'credential.change-policy': ok({ credentialId: SAMPLE_CREDENTIAL_ID, policy: DEFAULT_POLICY }),
  'rotation.roll-back': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3, version: 2, generation: 4 }),
  'consumer.issue-token': ok({ expiresAt: '2026-05-31T09:00:00.000Z' }),
  'consumer.issue-credentials': ok({ until: '2026-03-02T09:05:00.000Z', patterns: [SAMPLE_ADDRESS] }),
  'credential.versions': ok(SAMPLE_VERSIONS),
  'credential.compare': ok(SAMPLE_COMPARISON),
  'credential.delete': ok(SAMPLE_DELETION),
  'credential.delete-only': ok({ credentialId: SAMPLE_KEY_ID, status: 'deleted', revoking: [] }),
  'credential.roll-back': ok(SAMPLE_ROLL_BACK),
  // Of a password and of a key, whichever is asked about.
  'credential.reveal': ok({
    value: { ...SAMPLE_REVEALED, fields: undefined },
    secret: new Sensitive({ fields: { ...SAMPLE_REVEALED.fields, apiKey: 'sk-proj-0123456789abcdef' } }),
  }),
  'usage.read': ok({ items: [SAMPLE_DAY] }),
  'credential.resolve': ok({ value: SAMPLE_RESOLVED_VALUE, secret: new Sensitive({ fields: SAMPLE_RESOLVED.fields }) }),
  'execution-server.list': ok({ items: [SAMPLE_SERVER] }),
  'execution-server.get': ok(SAMPLE_SERVER),
  'execution-server.set': ok({ scope: 'system', serverId: 'main', updatedAt: SAMPLE_SERVER.updatedAt }),
  'execution-server.remove': ok({ scope: 'system', serverId: 'main', updatedAt: SAMPLE_SERVER.updatedAt }),
  'execution-server.chosen': ok(SAMPLE_CHOSEN_SERVER),
  'execution-server.resolve': ok({
    value: { ...SAMPLE_CHOSEN_SERVER, version: 1 },
    secret: new Sensitive({ fields: { token: 'the token' } }),
  }),
  'llm.choice': ok(SAMPLE_LLM_CHOICE),
  'llm.choose': ok(SAMPLE_LLM_CHOICE),
  'llm.config': ok(SAMPLE_LLM_CONFIG),
  'llm.resolve': ok({ value: { ...SAMPLE_LLM_CONFIG, version: 1 }, secret: new Sensitive({ apiKey: 'the key' }) }),
  'access.read': ok(SAMPLE_ACCESS_LOG),
  'credential.schedule': ok(SAMPLE_SCHEDULE),
  'credential.change-schedule': ok({ credentialId: SAMPLE_CREDENTIAL_ID }),
  'bulk-rotation.request': ok(SAMPLE_BULK_STARTED),
  'bulk-rotation.pause': ok({ ...SAMPLE_BULK_STANDING, status: 'paused' }),
  'bulk-rotation.resume': ok(SAMPLE_BULK_STANDING),
  'bulk-rotation.cancel': ok({ ...SAMPLE_BULK_STANDING, status: 'cancelled' }),
  'bulk-rotation.list': ok({ items: [SAMPLE_BULK] }),
  'bulk-rotation.get': ok(SAMPLE_BULK_VIEW),
  'rotation.request': ok({ credentialId: SAMPLE_CREDENTIAL_ID, epoch: 3 }),
  'settings.view': ok(SAMPLE_SETTINGS),
  'key-ring.view': ok(SAMPLE_KEY_RING),
  'key-ring.add': ok({ kekId: SAMPLE_KEK_ID, state: 'added' }),
  'key-ring.activate': ok({ kekId: SAMPLE_KEK_ID, state: 'active' }),
  'key-ring.retire': ok({ kekId: SAMPLE_KEK_ID, state: 'retired' }),
  'key-ring.rewrap': ok(SAMPLE_REWRAP_STARTED),
  'backup.start': ok(SAMPLE_BACKUP_STARTED),
  'backup.list': ok({ items: [SAMPLE_BACKUP] }),
  'backup.get': ok(SAMPLE_BACKUP),
  'restore.view': ok({ restore: SAMPLE_RESTORE }),
  'restore.publish': ok(SAMPLE_PUBLISHED),
  'rotations.list': ok(SAMPLE_ROTATION_PAGE),
  'rotations.count': ok(SAMPLE_STATS_OF_ALL.rotations),
  'audit.entries': ok(SAMPLE_ENTRY_PAGE),
  'audit.access': ok(SAMPLE_ACCESS_PAGE),
  'lost.read': ok(SAMPLE_LOST),
  'rebuild.get': ok({ rebuild: SAMPLE_REBUILD }),
  'rebuild.start': ok(SAMPLE_REBUILD),
  'status.read': ok(SAMPLE_AUDIT_STATUS),
  'timeline.read': ok({ items: [SAMPLE_ENTRY], projectedTo: 4711, total: 1 }),
};

const AboutKeys = z.object({
  data: z.union([
    z.object({ credentialType: z.literal('user_api_key') }),
    z.object({ address: z.string().startsWith('user-') }),
    z.object({ credentialId: z.literal(SAMPLE_KEY_ID) }),
  ]),
});

/** Of a person's own keys other examples are answered than of the system's credentials. */
const ownKeys = (name: string, message: unknown): Reply | undefined => {
  if (!AboutKeys.safeParse(message).success) return undefined;
  if (name === 'credential.list') return ok({ items: [SAMPLE_OWN_KEY], nextCursor: null, total: 1, totalIsAtLeast: false });
  if (name === 'credential.stage-value') return ok({ ...SAMPLE_REGISTERED, credentialId: SAMPLE_KEY_ID, version: 4 });
  if (name === 'credential.delete') return ok({ credentialId: SAMPLE_KEY_ID, status: 'deleted', revoking: [] });
  return name === 'credential.get' ? ok({ ...SAMPLE_CREDENTIAL, ...SAMPLE_OWN_KEY }) : undefined;
};

/** A vault in memory that answers by name with what the test says, and remembers what it was asked. */
export const memoryVault = (replies: Readonly<Record<string, Reply>> = {}): VaultClient & { readonly calls: Call[] } => {
  const calls: Call[] = [];
  const answer = async (name: string, message: unknown): Promise<never> => {
    calls.push({ name, message });
    const reply = replies[name] ?? ownKeys(name, message) ?? SAMPLE_REPLIES[name] ?? ok({});
    if (reply instanceof Error) throw reply;
    return reply as never;
  };
  return {
    calls,
    command: answer,
    query: answer,
    reveal: (command) => answer('credential.reveal', command),
    resolve: answer,
  };
};

export const memoryAudit = (replies: Readonly<Record<string, Reply>> = {}): AuditClient & { readonly calls: Call[] } => {
  const vault = memoryVault(replies);
  return { calls: vault.calls, query: (name, message) => vault.query(name as never, message as never) as Promise<never> };
};
