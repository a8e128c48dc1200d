import { describe, expect, it } from 'vitest';
import { inspectIssuer } from './inspect-issuer.ts';
import { realmAnswering } from './testing/realm-answering.ts';

/** A realm whose client of today, and whose service account's user, are shown so to the issuer. */
const seenAs = (client: object, user: { readonly status?: number; readonly body?: object } = {}) => {
  const { realm, calls } = realmAnswering(({ path }) => {
    if (path === '/clients/model') return { body: { clientId: 'orders', ...client } };
    return path.endsWith('/service-account-user') ? { body: { id: 'u-1' } } : user;
  });
  return { inspected: inspectIssuer(realm, 'clients/model'), calls };
};

describe('an issuer at Keycloak', () => {
  it('lacks manage-clients where Keycloak says that it may not manage the client of today', async () => {
    const { inspected, calls } = seenAs({ access: { view: true, manage: false } });
    expect(await inspected).toMatchObject({
      value: { lacks: [{ needed: 'rotation', sentence: expect.stringContaining('manage-clients') }] },
    });
    expect(calls).toEqual(['GET /clients/model']);
  });
  it('lacks manage-users where the client has a service account whose roles it may not grant', async () => {
    const withAccount = { access: { manage: true }, serviceAccountsEnabled: true };
    const mayNot = seenAs(withAccount, { body: { access: { mapRoles: false } } });
    expect(await mayNot.inspected).toMatchObject({ value: { lacks: [{ sentence: expect.stringContaining('manage-users') }] } });
    expect(await seenAs(withAccount, { status: 403 }).inspected).toMatchObject({ refusal: { code: 'issuer-lacks-privilege' } });
    expect(await seenAs(withAccount, { body: { access: { mapRoles: true } } }).inspected).toMatchObject({ value: { lacks: [] } });
  });
  it('lacks nothing of which Keycloak says nothing, which is said, and can’t copy authorization services', async () => {
    expect(await seenAs({}).inspected).toMatchObject({ value: { lacks: [], unseen: expect.stringContaining('manage-realm') } });
    const policies = seenAs({ authorizationServicesEnabled: true });
    expect(await policies.inspected).toMatchObject({ refusal: { sentence: expect.stringContaining('a person must rotate it') } });
  });
});
