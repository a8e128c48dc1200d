import type { DomainEvent, Recorded } from '@keyturn/contracts/events';
import { DEFAULT_POLICY } from '@keyturn/contracts';
import type { LogRow } from '@keyturn/contracts/queries';
import { GENESIS, type WitnessedEvent } from '../ports/entry-store.ts';
import type { Arrived } from '../ports/event-source.ts';
import { hashEvent } from '../projection/hash-event.ts';
import { project } from '../projection/project.ts';

export const CREDENTIAL = '0190c8a0-1111-7000-8000-000000000001';
const about = { credentialId: CREDENTIAL, address: 'system.postgres.orders' };
const report = { ...about, consumer: 'orders', instance: '7f3a', version: 2, generation: 2, elapsedMs: 41.4 };

const run = { runId: CREDENTIAL, kekId: 'kek-00000000000000a1' };

type Samples = { readonly [Type in DomainEvent['type']]: Extract<DomainEvent, { type: Type }>['data'] };

/** One of every event: a new one without a sample does not compile. */
export const SAMPLES: Samples = {
  'credential.registered': { ...about, credentialType: 'database_password', issuer: null, policy: DEFAULT_POLICY },
  'credential.details-changed': { ...about, changed: { owner: 'team-orders', expiresAt: null } },
  'credential.candidate-announced': {
    ...about,
    version: 2,
    epoch: 1,
    providerId: 'user/tokens?name=keyturn:1:1.1:2',
    current: { version: 1, providerId: 'user/tokens/1' },
  },
  'credential.version-staged': { ...about, version: 2, epoch: 1, publicFields: {}, masks: {} },
  'credential.version-applied': { ...about, version: 2, epoch: 1 },
  'credential.version-tested': {
    ...about,
    version: 2,
    epoch: 1,
    verdict: 'valid',
    sentence: 'logged in',
    elapsedMs: 12,
    can: ['replicate'],
  },
  'credential.preflight-asked': { ...about, version: 2, epoch: 1, instances: ['orders/7f3a'], until: '2026-01-02T03:04:35.123Z' },
  'credential.version-preflighted': {
    ...about,
    consumer: 'orders',
    instance: '7f3a',
    version: 2,
    ok: false,
    sentence: 'the probe failed: 28P01',
    elapsedMs: 12,
  },
  'credential.rotated': { ...about, from: 1, to: 2, generation: 2, epoch: 1 },
  'credential.version-superseded': { ...about, version: 1, by: 2, leftAliveBecause: 'nobody can revoke it' },
  'credential.version-acknowledged': report,
  'credential.version-nacked': { ...report, sentence: 'password authentication failed' },
  'credential.evidence-recorded': { ...about, version: 1, epoch: 1, idle: true, samples: 30, observedMs: 60_000, sentence: 'no session' },
  'credential.version-withdrawn': { ...about, version: 2, reason: 'nacked' },
  'credential.rolled-back': { ...about, from: 2, to: 1, generation: 3, reason: 'nacked' },
  'credential.revocation-started': {
    ...about,
    version: 1,
    epoch: 1,
    proof: { acknowledged: 2, lost: ['orders/0001'], evidence: 'idle for 60 s' },
  },
  'credential.logins-denied': { ...about, version: 1, epoch: 1 },
  'credential.version-revoked': { ...about, version: 1, epoch: 1 },
  'credential.discard-started': { ...about, version: 2, epoch: 1, why: 'the test failed' },
  'credential.version-discarded': { ...about, version: 2, epoch: 1 },
  'credential.version-brought-again': { ...about, version: 2, as: 3 },
  'ledger.recorded': { ...about, kind: 'issued-not-committed', version: 2, providerId: 'orders_kt1' },
  'ledger.settled-by-hand': { ...about, version: 2, because: 'the role is used by reports, too' },
  'ledger.settled': { ...about, version: 2, outcome: 'committed' },
  'rotation.requested': { ...about, epoch: 1, reason: 'manual' },
  'rotation.value-given': { ...about, epoch: 1, version: 2 },
  'rotation.deletion-reported': { ...about, epoch: 1, version: 1 },
  'rotation.throttled': { ...about, epoch: 1, until: '2026-01-02T03:34:05.123Z', sentence: 'cloudflare takes no calls just now.' },
  'rotation.held': { ...about, epoch: 1, waitingFor: 'orders/7f3a' },
  'rotation.approved': { ...about, epoch: 1, of: 'rotation', given: 1, needed: 1, note: 'agreed on the phone' },
  'rotation.force-asked': { ...about, epoch: 1, version: 1, reason: 'the host is gone', cutOff: ['orders/7f3a'] },
  'rotation.force-rejected': { ...about, epoch: 1, reason: 'it comes back tonight' },
  'rotation.forced': {
    ...about,
    epoch: 1,
    version: 1,
    how: 'hand',
    by: { kind: 'person', id: 'ada' },
    approvedBy: { kind: 'person', id: 'bob' },
    reason: 'the host is gone',
    cutOff: ['orders/7f3a'],
    unproved: ['orders/7f3a has not yet proved version 2'],
  },
  'rotation.escalated': { ...about, epoch: 1, times: 2, lateSince: '2026-01-02T03:04:05.123Z', waitingFor: 'orders/7f3a' },
  'rotation.extended': { ...about, epoch: 1, byMs: 3_600_000, extraMs: 3_600_000, reason: 'the deploy is late' },
  'credential.policy-changed': {
    ...about,
    policy: DEFAULT_POLICY,
    changed: [{ setting: 'approvals', from: 1, to: 0 }],
    reason: 'there is one of us left',
  },
  'rotation.completed': { ...about, epoch: 1 },
  'rotation.failed': { ...about, epoch: 1, step: 'apply', reasonCode: 'unreachable', sentence: 'the provider is down' },
  'secret.verified': { ...about, version: 1, recipient: 'person ada', equal: true },
  'secret.revealed': { ...about, version: 2, recipient: 'orders/7f3a', purpose: 'fetch' },
  'secret.compared': { ...about, a: 1, b: 2 },
  'credential.disabled': { ...about, version: 2, generation: 3, reason: 'a leak is suspected' },
  'credential.enabled': { ...about, version: 2, generation: 4 },
  'credential.change-asked': { ...about, kind: 'roll-back', version: 1, reason: 'queries are slow' },
  'credential.change-failed': { ...about, kind: 'edit', version: 3, reasonCode: 'test-invalid', sentence: 'The login was refused.' },
  'credential.test-asked': { ...about, version: 3 },
  'credential.reveal-policy-changed': { ...about, revealable: false },
  'credential.deletion-started': { ...about, epoch: 2, versions: [2], reason: 'no longer used' },
  'credential.shredded': { ...about, versions: [1, 2] },
  'credential.deleted': { ...about, reason: 'no longer used', revoked: [2], backupRetentionDays: 35 },
  'access.refused': { address: about.address, recipient: 'orders/7f3a', refusalCode: 'grant-missing', times: 3 },
  'secret.open-refused': { ...about, version: 2, part: 'ciphertext', sentence: 'it was damaged', times: 1 },
  'kek.added': { kekId: 'kek-00000000000000a1' },
  'kek.activated': { kekId: 'kek-00000000000000a1' },
  'kek.retiring': { kekId: 'kek-00000000000000a1' },
  'kek.retired': { kekId: 'kek-00000000000000a1' },
  'rewrap.requested': { ...run, totalCredentials: 3 },
  'rewrap.progressed': { ...run, rotated: 1, failed: 0, remaining: 2 },
  'rewrap.completed': {
    ...run,
    success: true,
    totalCredentials: 3,
    rotated: 3,
    failed: 0,
    rotatedAt: '2026-01-02T03:04:05.123456Z',
    ownKeys: 2,
  },
  'environment.used': {
    service: 'cloudflare',
    credentialType: 'cloudflare_api_token',
    address: 'system.cloudflare.environment',
    variables: ['CLOUDFLARE_API_TOKEN'],
    recipient: 'dns',
    purpose: 'resolve',
  },
  'credentials.exported': { format: 'csv', total: 12, totalIsAtLeast: false },
  'default.set': { ...about, scope: 'system', service: 'postgres' },
  'default.cleared': { ...about, scope: 'system', service: 'postgres' },
  'legacy-user.mapped': {
    legacyId: 'user-0001',
    issuer: 'https://sso.example.com/realms/main',
    subject: 'ada',
    scope: 'user-a',
    legacyScope: 'user-b',
  },
  'llm.chosen': { scope: 'system', provider: 'openai', models: { openai: 'gpt-5-mini' } },
  'execution-server.set': {
    scope: 'system',
    serverId: 'main',
    name: 'Main',
    kind: 'brigade',
    baseUrl: 'https://brigade.example.com',
    enabled: true,
    isDefault: true,
    credential: 'system.brigade.main',
  },
  'execution-server.removed': { scope: 'system', serverId: 'main' },
  'llm.choice-cleared': { scope: 'system' },
  'person.sessions-revoked': { personId: 'ada', before: '2026-01-02T03:04:05.123Z' },
  'consumer.registered': { consumer: 'orders', grants: [{ action: 'read', pattern: 'system.postgres.*' }] },
  'consumer.token-issued': { consumer: 'orders', tokenId: CREDENTIAL, hash: '0'.repeat(64), expiresAt: '2026-04-02T03:04:05.123Z' },
  'consumer.token-revoked': { consumer: 'orders', tokenId: CREDENTIAL },
  'subscriber.credentials-issued': { consumer: 'orders', instance: '7f3a', publicKey: 'U', until: '2026-01-02T03:09:05.123Z' },
  'log.restored': {
    incarnation: 2,
    head: { position: 7, hash: 'a'.repeat(64) },
    backedUpAt: '2026-01-02T03:04:05.123Z',
    reason: 'the disk died',
  },
  'log.shreds-repeated': { incarnation: 2, lostTo: 12, named: 2, deleted: 1 },
  'log.released': { incarnation: 2, tested: 3, failed: 1, noTest: 2, unchecked: 0 },
  'credential.rechecked': { ...about, version: 2, incarnation: 2, outcome: 'failed', sentence: '28P01', elapsedMs: 12 },
  'credential.schedule-changed': {
    ...about,
    schedule: {
      rotateEveryMs: 7_776_000_000,
      window: { days: ['mon', 'tue'], from: '09:00', to: '16:00', timeZone: 'Europe/Vienna' },
      jitterMs: 3_600_000,
    },
    remindDaysBefore: [30, 7],
  },
  'credential.scheduled-rotation-refused': {
    ...about,
    version: 2,
    dueAt: '2026-01-02T03:04:05.123Z',
    reasonCode: 'credential-disabled',
    sentence: 'It is disabled: enable it first.',
  },
  'credential.rotation-overdue': { ...about, version: 2, dueAt: '2026-01-02T03:04:05.123Z' },
  'credential.expiring': { ...about, version: 2, expiresAt: '2026-02-02T03:04:05.123Z', daysBefore: 7 },
  'credential.expired': { ...about, version: 2, expiresAt: '2026-02-02T03:04:05.123Z' },
  'bulk-rotation.requested': {
    bulkId: CREDENTIAL,
    selection: { service: 'postgres' },
    reason: 'manual',
    note: 'a former employee',
    maxInFlight: 10,
    stopAfterFailures: 3,
    members: [about],
  },
  'bulk-rotation.member-started': { bulkId: CREDENTIAL, ...about, epoch: 2 },
  'bulk-rotation.member-skipped': { bulkId: CREDENTIAL, ...about, reasonCode: 'credential-disabled', sentence: 'It is disabled.' },
  'bulk-rotation.member-ended': { bulkId: CREDENTIAL, ...about, epoch: 2, outcome: 'completed', sentence: 'Completed.' },
  'bulk-rotation.paused': { bulkId: CREDENTIAL, by: 'failures', sentence: '3 rotations failed' },
  'bulk-rotation.resumed': { bulkId: CREDENTIAL },
  'bulk-rotation.cancelled': { bulkId: CREDENTIAL, sentence: 'the wrong service' },
  'bulk-rotation.ended': { bulkId: CREDENTIAL, completed: 8, failed: 1, skipped: 1, cancelled: 0 },
  'backup.requested': { backupId: CREDENTIAL, file: 'keyturn.age' },
  'backup.started': { backupId: CREDENTIAL, file: 'keyturn.age' },
  'backup.completed': {
    backupId: CREDENTIAL,
    file: 'keyturn.age',
    head: { position: 7, hash: 'a'.repeat(64) },
    bytes: 4_096,
    lines: 20,
    kekIds: ['kek-00000000000000a1'],
  },
  'backup.failed': { backupId: CREDENTIAL, file: 'keyturn.age', reasonCode: 'backup-unwritable', sentence: 'ENOSPC' },
  'lease.ended': { consumer: 'orders', instance: '7f3a', how: 'lost' },
};

/** The same event with the hash that its content has. */
export const rehashed = (recorded: Recorded): Recorded => ({ ...recorded, hash: hashEvent(recorded.prevHash, recorded) });

/** An event at a position of a log in which every event follows on the one before; those before it are rotation requests. */
export const recordedAt = (position: number, event: { type: string; data: unknown } = sample('rotation.requested')): Recorded =>
  rehashed({
    position,
    stream: `credential-${CREDENTIAL}`,
    version: position,
    type: event.type,
    data: event.data,
    meta: { commandId: `command-${position}`, actor: { kind: 'person', id: 'ada', name: 'Ada', ip: '192.0.2.1' }, incarnation: 1 },
    recordedAt: '2026-01-02T03:04:05.123456Z',
    sealedHash: null,
    prevHash: position === 1 ? GENESIS.hash : recordedAt(position - 1).hash,
    hash: '',
  });

const TYPES = Object.keys(SAMPLES) as DomainEvent['type'][];
const ofEveryType = new Map<number, Recorded>();

/** An event of a log that has every type in turn. Of the rotations that it tells of, every second one ends. */
export const oneOfEveryType = (position: number): Recorded => {
  const known = ofEveryType.get(position);
  if (known) return known;
  const type = TYPES[position % TYPES.length]!;
  const turn = Math.floor(position / TYPES.length);
  const epoch = type === 'rotation.completed' || type === 'rotation.failed' ? turn - (turn % 2) : turn;
  const data = { ...SAMPLES[type], ...(type.startsWith('rotation.') && { epoch: 1 + epoch }) };
  const prevHash = position === 1 ? GENESIS.hash : oneOfEveryType(position - 1).hash;
  const recorded = rehashed({ ...recordedAt(1), position, version: position, type, data, prevHash });
  ofEveryType.set(position, recorded);
  return recorded;
};

export const sample = <Type extends DomainEvent['type']>(type: Type): { type: Type; data: Samples[Type] } => ({
  type,
  data: SAMPLES[type],
});

/** The event as the vault's table keeps it. */
export const rowOf = ({ data, meta, ...recorded }: Recorded): LogRow => ({
  ...recorded,
  data: JSON.stringify(data),
  meta: JSON.stringify(meta),
});

export const publishedText = (recorded: Recorded): string =>
  JSON.stringify({
    specversion: '1.0',
    id: `${recorded.meta.incarnation}.${recorded.position}`,
    source: '/keyturn/vault',
    type: recorded.type,
    subject: recorded.stream,
    time: recorded.recordedAt,
    datacontenttype: 'application/json',
    data: recorded,
  });

export const arrivedAt = (position: number, sequence: number = position, recorded: Recorded = recordedAt(position)): Arrived => ({
  sequence,
  subject: `keyturn.log.${recorded.type}`,
  text: publishedText(recorded),
});

/** The event as the store takes it. */
export const witnessed = (recorded: Recorded): WitnessedEvent => {
  const entry = project(recorded);
  if (!entry) throw new Error(`${recorded.type} is not projected`);
  const { position, prevHash, hash } = recorded;
  return { eventId: `1.${position}`, prevHash, hash, recorded: JSON.stringify(recorded), entry, projection: 1 };
};
