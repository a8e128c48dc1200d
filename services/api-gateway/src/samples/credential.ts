import { exportedOf } from '@keyturn/exports';
import type { ExportedCredential } from '@keyturn/contracts/api';
import { DEFAULT_POLICY } from '@keyturn/contracts';
import type {
  ApiTokenView,
  ConsumerView,
  CredentialSummary,
  CredentialView,
  EnvironmentCredential,
  LegacyUser,
  RegisteredCredential,
} from '@keyturn/contracts/api';
import { SAMPLE_ADDRESS, SAMPLE_CREDENTIAL_ID, SAMPLE_ISSUER_ID, SAMPLE_PUBLIC_FIELDS, SAMPLE_TOKEN_ID } from './ids.ts';
import { SAMPLE_ROTATION } from './rotation.ts';

const MASKS = { password: '••••••' };

export const SAMPLE_SUMMARY: CredentialSummary = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  credentialType: 'database_password',
  displayName: 'Orders database',
  isDefault: true,
  labels: { environment: 'production' },
  tags: ['billing'],
  owner: 'team-orders',
  expiresAt: null,
  untested: null,
  recheck: null,
  refused: null,
  origin: null,
  registeredAt: '2026-01-05T08:00:00.000Z',
  current: 3,
  generation: 3,
  masks: MASKS,
  publicFields: SAMPLE_PUBLIC_FIELDS,
  openEpoch: 3,
  attention: null,
  status: 'active',
  lastRotatedAt: '2026-03-02T09:00:00.600Z',
  updatedAt: '2026-03-02T09:00:00.700Z',
};

export const SAMPLE_EXPORTED: ExportedCredential = exportedOf(SAMPLE_SUMMARY);

export const SAMPLE_CREDENTIAL: CredentialView = {
  ...SAMPLE_SUMMARY,
  revision: '1.9',
  issuer: SAMPLE_ISSUER_ID,
  policy: DEFAULT_POLICY,
  forceApproved: null,
  notes: 'The role is owned by team-orders.',
  versions: [
    {
      version: 3,
      status: 'current',
      epoch: 3,
      publicFields: SAMPLE_PUBLIC_FIELDS,
      masks: MASKS,
      stagedAt: '2026-03-02T09:00:00.100Z',
      committedAt: '2026-03-02T09:00:00.600Z',
      supersededAt: null,
      endedAt: null,
      tested: {
        verdict: 'valid',
        sentence: 'orders logs in to orders at db.internal:5432 over TLS and acts for orders.',
        elapsedMs: 14,
        at: '2026-03-02T09:00:00.400Z',
        can: [],
      },
      untested: null,
    },
  ],
  rotations: [SAMPLE_ROTATION],
  ledger: [{ kind: 'superseded-not-revoked', version: 2, providerId: 'orders_kt1', since: '2026-03-02T09:00:00.600Z', canSettle: false }],
  disabled: null,
  change: null,
  failedChange: null,
  deletion: null,
  deleted: null,
  revealable: true,
  backupRetentionDays: 35,
};

/** The same while an edit of it is being tested. */
export const SAMPLE_TESTING: CredentialView = {
  ...SAMPLE_CREDENTIAL,
  openEpoch: null,
  attention: null,
  change: {
    kind: 'edit',
    version: 4,
    askedAt: '2026-03-02T09:30:00.000Z',
    by: { kind: 'person', id: 'ada', name: 'Ada' },
    reason: 'the database moved',
  },
};

export const SAMPLE_REGISTERED: RegisteredCredential = {
  credentialId: SAMPLE_CREDENTIAL_ID,
  address: SAMPLE_ADDRESS,
  version: 1,
  status: 'committed',
  generation: 1,
};

export const SAMPLE_CONSUMER: ConsumerView = {
  consumer: 'orders',
  instance: '7f3a',
  state: 'live',
  lastBeatAt: '2026-03-02T09:00:05.000Z',
  holds: [{ version: 3, since: '2026-03-02T09:00:00.605Z' }],
  from: { ip: '192.0.2.7', at: '2026-03-02T08:58:00.000000Z' },
  acknowledged: 3,
  nack: null,
};

export const SAMPLE_TOKEN: ApiTokenView = {
  tokenId: SAMPLE_TOKEN_ID,
  createdAt: '2026-03-02T09:00:00.000Z',
  expiresAt: '2026-05-31T09:00:00.000Z',
  revokedAt: null,
  lastUsedAt: '2026-03-04T10:15:00.000Z',
};

export const SAMPLE_ENVIRONMENT: EnvironmentCredential = {
  service: 'cloudflare',
  credentialType: 'cloudflare_api_token',
  address: 'system.cloudflare.environment',
  publicFields: { apiBaseUrl: 'https://api.cloudflare.com/client/v4' },
  masks: { token: 'S9rw...p6YY' },
  variables: ['CLOUDFLARE_API_TOKEN', 'CLOUDFLARE_API_BASE_URL'],
  overruled: false,
};

export const SAMPLE_LEGACY_USER: LegacyUser = {
  legacyId: 'user-0001',
  scope: 'user-k7fqzy3m5xw2a6b4c7d2e5f3g4',
  issuer: 'https://sso.example.com/realms/main',
  subject: 'ada',
};
