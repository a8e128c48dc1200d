import type { DryRun } from '@keyturn/contracts/api';
import { DEFAULT_POLICY } from '@keyturn/contracts';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID } from './ids.ts';

/** What a rotation would come to that another person must approve. */
export const SAMPLE_DRY_RUN: DryRun = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  epoch: 4,
  reason: 'manual',
  possible: true,
  sentence: 'It can be asked for. Another person than Ada Admin must approve it within 1 d: any admin or operator.',
  strategy: 'chosen',
  overlap: { possible: true, sentence: 'Both versions are accepted until the old one is proved unused.' },
  approvals: {
    needed: 1,
    roles: ['admin', 'operator'],
    notBy: 'admin',
    withinMs: 86_400_000,
    sentence: 'Another person than Ada Admin must approve it within 1 d: any admin or operator.',
  },
  issuer: {
    credentialId: '0195a2b4-7c1d-7e2f-8a3b-4c5d6e7f8092',
    address: 'system.postgres.issuer',
    seenAt: '2026-03-02T06:20:00.000000Z',
    sentence: 'Its issuer system.postgres.issuer was looked at 3 h ago: nothing was found missing.',
  },
  steps: [
    { name: 'approve', sentence: 'Another person approves it.', atMostMs: 86_400_000 },
    { name: 'make', sentence: 'Version 4 is chosen, sealed and recorded.', atMostMs: null },
    { name: 'apply', sentence: 'The provider is told to accept version 4, in a login that no live version uses.', atMostMs: null },
    { name: 'test', sentence: 'Version 4 is tested at the provider.', atMostMs: null },
    { name: 'preflight', sentence: 'Before the commit version 4 is tried by orders/7f3a.', atMostMs: 30_000 },
    { name: 'commit', sentence: 'Version 4 becomes current.', atMostMs: null },
    {
      name: 'acknowledge',
      sentence: 'Proved by orders/7f3a, and unused for 1 min; after 1 h both versions stay valid and the rotation is held.',
      atMostMs: 3_600_000,
    },
    { name: 'deny', sentence: 'The provider lets no one in with version 3 any more; that can be undone there.', atMostMs: null },
    { name: 'soak', sentence: '1 min pass, in which it could be let in again.', atMostMs: 60_000 },
    { name: 'erase', sentence: 'Version 3 is erased at the provider, and proved dead.', atMostMs: null },
  ],
  consumers: [
    {
      consumer: 'orders',
      instance: '7f3a',
      state: 'live',
      preflight: true,
      awaited: true,
      sentence: 'It is asked to try the version before the commit, and proves it afterwards.',
    },
  ],
  findings: [
    {
      code: 'no-signal-backend',
      blocks: false,
      sentence: 'The issuer keyturn may not end the sessions of an old version, which only a forced revoke needs. (Seen 3 h ago.)',
      statement: 'GRANT pg_signal_backend TO "keyturn";',
      seenAt: '2026-03-02T06:20:00.000000Z',
    },
  ],
  waits: { graceMs: 60_000, deadlineMs: 3_600_000, onDeadline: 'hold' },
  policy: { ...DEFAULT_POLICY, approvals: 1 },
};
