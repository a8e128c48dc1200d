import type { BulkMemberView, BulkRotationView } from '@keyturn/contracts/api';

const id = (end: number): string => `0198c2f6-31aa-7d10-b6c2-${String(end).padStart(12, '0')}`;
export const SAMPLE_BULK_ID = id(0);

const NOT_LET_IN =
  "No line of the server's pg_hba.conf lets invoices_kt1 on invoices at db.internal:5432 in from here (28000): add one, e.g. for +invoices so that it covers members.";

type Standing = Pick<BulkMemberView, 'status'> & Partial<Pick<BulkMemberView, 'step' | 'sentence'>>;
const STANDINGS: ReadonlyArray<readonly [name: string, standing: Standing]> = [
  ['accounts', { status: 'completed' }],
  ['billing', { status: 'completed' }],
  ['catalog', { status: 'completed' }],
  ['dispatch', { status: 'completed' }],
  ['invoices', { status: 'failed', sentence: NOT_LET_IN }],
  ['legacy', { status: 'skipped', sentence: 'It is disabled: enable it first.' }],
  ['payments', { status: 'running', step: 'acknowledged', sentence: 'Waiting: payments/7f3a has not yet proved version 4.' }],
  ['returns', { status: 'running', step: 'preflighted', sentence: 'Version 3 is tried before it is committed; waiting for returns/41c0.' }],
  ['search', { status: 'running', step: 'revoking', sentence: 'Version 1 (search) lets no one in; it is erased in 42 s.' }],
  ['shop', { status: 'waiting' }],
  ['stock', { status: 'waiting' }],
  ['tickets', { status: 'waiting' }],
];

const memberOf = ([name, standing]: (typeof STANDINGS)[number], index: number): BulkMemberView => ({
  credentialId: id(index + 1),
  address: `system.postgres.${name}`,
  epoch: standing.status === 'waiting' || standing.status === 'skipped' ? null : 3,
  step: null,
  sentence: null,
  code: null,
  startedAt: null,
  endedAt: null,
  ...standing,
});

/** A bulk rotation in the middle, for a picture. */
export const sampleBulk = (now: Date): BulkRotationView => ({
  bulkId: SAMPLE_BULK_ID,
  selection: { service: 'postgres' },
  reason: 'manual',
  note: 'Eve left the team that runs the databases',
  maxInFlight: 3,
  stopAfterFailures: 3,
  status: 'running',
  sentence: '6 of 12 are through, 3 under way, 3 waiting.',
  requestedBy: { kind: 'person', id: 'admin', name: 'Ada Admin', roles: ['admin'] },
  requestedAt: new Date(now.getTime() - 130_000).toISOString(),
  endedAt: null,
  counts: { total: 12, waiting: 3, running: 3, completed: 4, failed: 1, skipped: 1, cancelled: 0 },
  members: STANDINGS.map(memberOf),
  nextCursor: null,
});
