import type { Acknowledgement } from '@keyturn/contracts/queries';
import type { RotationView } from '@keyturn/contracts/api';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from './ids.ts';

const SENTENCES = ['requested', 'staged', 'applied', 'tested', 'committed', 'acknowledged'] as const;

const acknowledgement = (instance: string, afterCommitMs: number): Acknowledgement => ({
  consumer: 'orders',
  instance,
  ok: true,
  at: '2026-03-02T09:00:00.612Z',
  afterCommitMs,
  sentence: null,
});

/** A rotation that has committed and waits until the old version is out of use. */
export const SAMPLE_ROTATION: RotationView = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  epoch: 3,
  status: 'open',
  held: false,
  reason: 'manual',
  note: 'the quarterly one',
  requestedBy: { kind: 'person', id: 'admin', name: 'Ada Admin', roles: ['admin'], ip: '192.0.2.7' },
  requestedAt: '2026-03-02T09:00:00.000Z',
  endedAt: null,
  from: 2,
  to: 3,
  steps: [
    ...SENTENCES.map((name, index) => ({ name, status: 'done' as const, at: '2026-03-02T09:00:00.612Z', afterMs: index * 120 })),
    { name: 'revoking', status: 'running', at: '2026-03-02T09:00:00.700Z', afterMs: 700 },
    { name: 'revoked', status: 'todo', at: null, afterMs: null },
    { name: 'completed', status: 'todo', at: null, afterMs: null },
  ],
  preflights: [],
  rolledBack: null,
  canRollBack: true,
  acknowledgements: [acknowledgement('7f3a', 9), acknowledgement('9c1d', 12)],
  awaitedInstances: [],
  sentence: 'waits until version 2 has been unused for 60 s',
  asks: null,
  waitingFor: ['orders_kt1: 2 sessions'],
  convergenceMs: 12,
  overlapMs: null,
  failure: null,
  workflowId: `rotate/${SAMPLE_CREDENTIAL_ID}/3`,
  approvals: null,
  forceAsked: null,
  forced: null,
  escalated: null,
  deadlineAt: '2026-03-02T10:00:00.612Z',
  shortened: null,
};
