import { CredentialSummary, ExportedCredential } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { csvOf, exportedOf } from './index.ts';

const item = CredentialSummary.parse({
  credentialId: '0190c8a0-1111-7000-8000-000000000001',
  address: 'system.stripe.main',
  credentialType: 'stripe_secret_key',
  displayName: '=HYPERLINK("https://evil.test")',
  isDefault: true,
  labels: { environment: 'production', team: 'a, "b"' },
  tags: ['billing', 'eu'],
  owner: null,
  expiresAt: null,
  untested: null,
  origin: { kind: 'import', source: 'env', reference: '.env/STRIPE', updatedAt: '2025-10-04T12:00:00.123Z' },
  registeredAt: '2026-03-02T09:00:00.000Z',
  current: 2,
  generation: 3,
  masks: { secretKey: 'sk_live_1234...5678' },
  publicFields: { apiVersion: '2026-01-01' },
  openEpoch: null,
  lastRotatedAt: null,
  updatedAt: '2026-03-02T09:00:00.000Z',
});

describe('an export', () => {
  it('says of a credential what its schema has, and nothing of its value', () => {
    const row = exportedOf(item);
    expect(ExportedCredential.parse(row)).toEqual(row);
    expect(row).toMatchObject({
      version: 2,
      tags: 'billing eu',
      originSource: 'env',
      originTestStatus: null,
      originUpdatedAt: '2025-10-04T12:00:00.123Z',
    });
    expect(JSON.stringify(row)).not.toMatch(/1234|apiVersion/);
  });
  it('has a header once, and no formulas', () => {
    const csv = csvOf([exportedOf(item)], { header: true });
    expect(csv.split('\r\n')[0]).toBe(Object.keys(ExportedCredential.shape).join(','));
    expect(csv).toContain(`"'=HYPERLINK(""https://evil.test"")"`);
    expect(csv).toContain('"environment=production team=a, ""b"""');
    expect(csvOf([exportedOf(item)], { header: false }).split('\r\n')).toHaveLength(2);
  });
});
