import { CredentialView } from '@keyturn/contracts/api';
import { followRotation, gatewayClient, keycloakAdmin, SAMPLE_POLICY } from '@keyturn/dev-stack';
import { Sensitive } from '@keyturn/kernel';
import type { IssuedValues } from '@keyturn/providers';
import { rotationProviders } from '@keyturn/providers/adapters';
import { parseEgressAllow } from '@keyturn/providers/http';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type BesideKeycloak, startBesideKeycloak } from './start-with-keycloak.ts';

// A real Keycloak issues the secrets of its own clients; its admin API and its token endpoint say what lives there.

const FIRST_SECRET = 'first-Canary-of-the-shop-0123456789';
const ISSUER_SECRET = 'issuer-Canary-of-the-shop-0123456789';
const MAPPER = {
  name: 'for-the-shop',
  protocol: 'openid-connect',
  protocolMapper: 'oidc-audience-mapper',
  config: { 'included.custom.audience': 'shop-api', 'access.token.claim': 'true' },
};
const clientOf = (clientId: string, secret: string, more: object = {}) => ({
  clientId,
  secret,
  serviceAccountsEnabled: true,
  standardFlowEnabled: false,
  directAccessGrantsEnabled: false,
  ...more,
});

/** The events that Keyturn asks for, as docs/providers/keycloak.md names them. Keycloak keeps some of them only where it is told to. */
const KEPT =
  'LOGIN LOGOUT CLIENT_LOGIN CODE_TO_TOKEN REFRESH_TOKEN TOKEN_EXCHANGE INTROSPECT_TOKEN INTROSPECT_TOKEN_ERROR REVOKE_GRANT ' +
  'PUSHED_AUTHORIZATION_REQUEST OAUTH2_DEVICE_AUTH OAUTH2_DEVICE_CODE_TO_TOKEN AUTHREQID_TO_TOKEN PERMISSION_TOKEN REGISTER_NODE UNREGISTER_NODE';
const keepEvents = (eventsEnabled: boolean, enabledEventTypes = KEPT.split(' ')) =>
  admin.call('PUT', '/events/config', { eventsEnabled, enabledEventTypes });

let running: BesideKeycloak;
let admin: ReturnType<typeof keycloakAdmin>;
let issuer: string;
beforeAll(async () => {
  running = await startBesideKeycloak({
    publicUrl: 'http://127.0.0.1',
    settings: { 'rotation-worker': { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000' } },
  });
  admin = keycloakAdmin(running.keycloak);
  await keepEvents(true);
  const roles = ['manage-clients', 'manage-users', 'view-events'].map((role) => `realm-management/${role}`);
  await admin.addClient(clientOf('shop-issuer', ISSUER_SECRET), roles);
  issuer = await register('shop-issuer', ISSUER_SECRET);
}, 900_000);
afterAll(() => running?.stop());

const api = () => {
  const { gatewayUrl, tokens } = running.stack.endpoints;
  return gatewayClient({ gatewayUrl, token: tokens.admin });
};
const register = async (clientId: string, clientSecret: string, by?: string): Promise<string> => {
  const made = await api().register({
    address: `system.keycloak.${clientId}`,
    credentialType: 'oauth_client_secret',
    publicFields: { clientId, issuerUrl: running.keycloak.issuer },
    secretFields: { clientSecret },
    policy: SAMPLE_POLICY,
    ...(by === undefined ? {} : { issuer: by }),
  });
  return made.credentialId;
};
const readCredential = async (credentialId: string): Promise<CredentialView> => {
  const { gatewayUrl, tokens } = running.stack.endpoints;
  const path = `/api/v1/admin/credentials/${credentialId}`;
  const answer = await fetch(`${gatewayUrl}${path}`, { headers: { authorization: `Bearer ${tokens.admin}` } });
  return CredentialView.parse(await answer.json());
};
const rotate = async (credentialId: string) => {
  const { epoch } = await api().rotate(credentialId);
  return await followRotation(api(), { credentialId, epoch }, { timeoutMs: 90_000 });
};

const Client = z.object({
  id: z.string(),
  clientId: z.string(),
  enabled: z.boolean(),
  secret: z.string(),
  attributes: z.record(z.string(), z.string()),
});
const clients = async (): Promise<z.infer<typeof Client>[]> => {
  const all = z.array(z.looseObject({ clientId: z.string() })).parse(await admin.call('GET', '/clients?max=200'));
  return z.array(Client).parse(all.filter(({ clientId }) => /^shop-(?!issuer)/u.test(clientId)));
};
const accessTokenOf = async (clientId: string, clientSecret: string): Promise<string | null> => {
  const body = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret });
  const answer = await fetch(`${running.keycloak.issuer}/protocol/openid-connect/token`, { method: 'POST', body });
  const { access_token } = z.object({ access_token: z.string().optional() }).parse(await answer.json());
  return access_token ?? null;
};
const tokenOf = async (clientId: string, clientSecret: string) => {
  const token = await accessTokenOf(clientId, clientSecret);
  return token === null ? null : decodeJwt(token);
};

const Claims = z.object({
  aud: z.union([z.string(), z.array(z.string())]),
  scope: z.string(),
  roles: z.array(z.string()),
});
/** What a token lets its bearer do, in an order of its own: Keycloak keeps none. */
const rightsIn = (token: unknown): string[] => {
  const { aud, scope, roles } = Claims.parse(token);
  const named = (what: string, names: readonly string[]) => names.map((name) => `${what} ${name}`);
  return [...named('aud', [aud].flat()), ...named('scope', scope.split(' ')), ...named('role', roles)].toSorted();
};

const Names = z.array(z.object({ name: z.string() }));
const Granted = z.object({
  realmMappings: Names,
  clientMappings: z.record(z.string(), z.object({ mappings: Names })).default({}),
});
/** The roles that the service account of a client has. */
const grantsOf = async (id: string): Promise<string[]> => {
  const account = z.object({ id: z.string() }).parse(await admin.call('GET', `/clients/${id}/service-account-user`));
  const { realmMappings, clientMappings } = Granted.parse(await admin.call('GET', `/users/${account.id}/role-mappings`));
  const ofClients = Object.entries(clientMappings).flatMap(([of, { mappings }]) => mappings.map(({ name }) => `${of}/${name}`));
  return [...realmMappings.map(({ name }) => name), ...ofClients].toSorted();
};

describe('a client of a real Keycloak with another one as its issuer', () => {
  let credentialId: string;
  let first: string;
  beforeAll(async () => {
    const more = { protocolMappers: [MAPPER], attributes: { 'access.token.lifespan': '77' } };
    first = await admin.addClient(clientOf('shop-orders', FIRST_SECRET, more), ['auditor', 'account/view-groups']);
    credentialId = await register('shop-orders', FIRST_SECRET, issuer);
  });

  it('gets a second client that may do the same; the first one stays, disabled, and its secret is dead', async () => {
    const before = await tokenOf('shop-orders', FIRST_SECRET);
    expect(await rotate(credentialId)).toMatchObject({ status: 'completed', from: 1, to: 2, failure: null });
    const [old, next] = (await clients()).toSorted((a, b) => a.clientId.length - b.clientId.length);
    expect(old).toMatchObject({ id: first, clientId: 'shop-orders', enabled: false });
    expect(old?.secret).not.toBe(FIRST_SECRET);
    expect(next).toMatchObject({
      clientId: 'shop-orders-kt1',
      enabled: true,
      attributes: { 'access.token.lifespan': '77', 'keyturn.handle': `keyturn:${credentialId}:1.1:2` },
    });
    expect(await tokenOf('shop-orders', FIRST_SECRET)).toBeNull();
    const after = await tokenOf('shop-orders-kt1', next?.secret ?? '');
    expect(after?.['azp']).toBe('shop-orders-kt1');
    expect(rightsIn(after)).toEqual(rightsIn(before));
    expect(rightsIn(after)).toEqual(expect.arrayContaining(['aud shop-api', 'role auditor', 'scope email']));
    expect(await grantsOf(next?.id ?? '')).toEqual(await grantsOf(first));
    expect(await grantsOf(first)).toEqual(expect.arrayContaining(['auditor', 'account/view-groups']));
    const known = await readCredential(credentialId);
    expect(known).toMatchObject({ current: 2, ledger: [] });
    expect(JSON.stringify(known)).not.toContain(next?.secret);
  });

  it('is rotated on among two client ids, and never has more than the one that lives', async () => {
    expect(await rotate(credentialId)).toMatchObject({ status: 'completed', to: 3 });
    expect((await clients()).map(({ clientId }) => clientId).toSorted()).toEqual(['shop-orders', 'shop-orders-kt2']);
    expect(await rotate(credentialId)).toMatchObject({ status: 'completed', to: 4 });
    expect((await clients()).map(({ clientId }) => clientId).toSorted()).toEqual(['shop-orders', 'shop-orders-kt1']);
  });

  it('is left alone in a realm that doesn’t keep all events of uses: nobody could say that the old secret is unused', async () => {
    const before = await clients();
    await keepEvents(false);
    const ended = await rotate(credentialId);
    await keepEvents(true, ['CLIENT_LOGIN', 'CODE_TO_TOKEN']);
    const endedToo = await rotate(credentialId);
    await keepEvents(true);
    for (const { status, failure } of [ended, endedToo]) {
      expect([status, failure?.step, failure?.code]).toEqual(['failed', 'stage', 'provider-refused']);
      expect(failure?.sentence).toContain('INTROSPECT_TOKEN');
    }
    expect(await clients()).toEqual(before);
  });
});

describe('the provider itself', () => {
  const credentialId = '019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10';
  const fence = { credentialId, incarnation: 1, epoch: 1, version: 2 };
  const opened = (clientId: string, clientSecret: string) =>
    new Sensitive<Record<string, string>>({ clientId, clientSecret, issuerUrl: running.keycloak.issuer });
  const issuerFields = () => opened('shop-issuer', ISSUER_SECRET);
  const provider = (): IssuedValues => {
    const rules = parseEgressAllow('127.0.0.1');
    const found = rules.ok ? rotationProviders({ http: { rules: rules.value } }).oauth_client_secret : undefined;
    if (found?.strategy !== 'issued') throw new Error('no provider issues OAuth clients');
    return found;
  };
  const accepted = <T>(result: { ok: true; value: T } | { ok: false; refusal: object }): T => {
    if (!result.ok) throw new Error(JSON.stringify(result.refusal));
    return result.value;
  };
  const LOST = 'lost-Canary-0123456789abcdef';
  const announced = async () => accepted(await provider().announce({ issuer: issuerFields(), current: opened('shop-lost', LOST), fence }));
  const named = async (): Promise<string[]> =>
    (await clients()).map(({ clientId }) => clientId).filter((clientId) => clientId.startsWith('shop-lost'));

  it('makes what was lost anew, removes it by its handle, and is refused where the client id is taken', async () => {
    await admin.addClient(clientOf('shop-lost', LOST));
    const announcement = await announced();
    const issue = async () =>
      accepted(
        await provider().issue({ issuer: issuerFields(), announced: announcement, fence, kept: async () => [announcement.current] }),
      );
    const lost = await issue();
    const made = await issue();
    expect(made?.publicFields).toEqual({ clientId: 'shop-lost-kt1' });
    expect(made?.providerId).not.toBe(lost?.providerId);
    expect(await named()).toEqual(['shop-lost', 'shop-lost-kt1']);
    accepted(await provider().erase({ issuer: issuerFields(), fence, providerId: announcement.candidate }));
    expect(await named()).toEqual(['shop-lost']);
    for (const clientId of ['shop-lost-kt1', 'shop-lost-kt2']) await admin.addClient(clientOf(clientId, 'a-person-made-it'));
    const refused = await provider().issue({ issuer: issuerFields(), announced: announcement, fence, kept: async () => [] });
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'provider-refused', sentence: expect.stringContaining('shop-lost-kt2') } });
  });

  it('sees a use, denies what can be undone, and then finds the secret dead', async () => {
    const { current } = await announced();
    const sample = async (since?: string) => accepted(await provider().sampleUse({ issuer: issuerFields(), providerId: current, since }));
    /** A moment that is later than all that happened so far, by Keycloak's clock. */
    const quiet = async (): Promise<string> => {
      const later = new Date(Date.parse((await sample()).sampledAt) + 2_000).toISOString();
      await expect.poll(async () => (await sample()).sampledAt >= later, { timeout: 10_000 }).toBe(true);
      expect(await sample(later)).toMatchObject({ sessions: 0 });
      return later;
    };
    const beforeLogin = await quiet();
    const token = await accessTokenOf('shop-lost', LOST);
    expect(await sample(beforeLogin)).toMatchObject({ sessions: 1 });
    for (const shown of [token ?? '', 'no-token-of-this-realm']) {
      const beforeIntrospection = await quiet();
      const body = new URLSearchParams({ token: shown, client_id: 'shop-lost', client_secret: LOST });
      await fetch(`${running.keycloak.issuer}/protocol/openid-connect/token/introspect`, { method: 'POST', body });
      expect(await sample(beforeIntrospection)).toMatchObject({ sessions: 1 });
    }
    expect(await provider().isDead(opened('shop-lost', LOST))).toMatchObject({ state: 'alive' });
    accepted(await provider().denyUse({ issuer: issuerFields(), fence, providerId: current }));
    expect(await provider().isDead(opened('shop-lost', LOST))).toMatchObject({ state: 'dead' });
    await admin.call('PUT', `/${current}`, { enabled: true });
    expect(await tokenOf('shop-lost', LOST)).not.toBeNull();
    accepted(await provider().erase({ issuer: issuerFields(), fence, providerId: current, kept: async () => [] }));
    expect(await provider().isDead(opened('shop-lost', LOST))).toMatchObject({ state: 'dead' });
    await admin.call('PUT', `/${current}`, { enabled: true });
    expect(await tokenOf('shop-lost', LOST)).toBeNull();
  });

  it('copies what limits the scope of a client, or says which right the issuer lacks for it', async () => {
    const secret = 'narrow-Canary-0123456789abcdef';
    const id = await admin.addClient(clientOf('shop-narrow', secret, { fullScopeAllowed: false }));
    const [account] = z.array(z.object({ id: z.string() })).parse(await admin.call('GET', '/clients?clientId=account'));
    const viewGroups = await admin.call('GET', `/clients/${account?.id}/roles/view-groups`);
    await admin.call('POST', `/clients/${id}/scope-mappings/clients/${account?.id}`, [viewGroups]);
    const announcement = accepted(await provider().announce({ issuer: issuerFields(), current: opened('shop-narrow', secret), fence }));
    const issue = () =>
      provider().issue({ issuer: issuerFields(), announced: announcement, fence, kept: async () => [announcement.current] });
    const made = accepted(await issue());
    expect(await admin.call('GET', `/${made?.providerId}/scope-mappings`)).toEqual(
      await admin.call('GET', `/clients/${id}/scope-mappings`),
    );
    await admin.call('POST', `/clients/${id}/scope-mappings/realm`, [await admin.call('GET', '/roles/auditor')]);
    expect(await issue()).toMatchObject({ refusal: { code: 'issuer-lacks-privilege', sentence: expect.stringContaining('manage-realm') } });
    accepted(await provider().erase({ issuer: issuerFields(), fence, providerId: announcement.candidate }));
  });

  it('makes no client like one whose secret nobody showed, and says what the issuer lacks', async () => {
    const forged = await provider().announce({ issuer: issuerFields(), current: opened('keyturn-gateway', 'forged'), fence });
    expect(forged).toMatchObject({ ok: false, refusal: { code: 'provider-refused' } });
    await admin.addClient(clientOf('shop-idle', 'idle-Canary-0123456789abcdef'));
    const idle = opened('shop-idle', 'idle-Canary-0123456789abcdef');
    expect(await provider().announce({ issuer: idle, current: idle, fence })).toMatchObject({
      ok: false,
      refusal: { code: 'issuer-lacks-privilege', sentence: expect.stringContaining('manage-clients') },
    });
  });

  it('says what an issuer lacks that only views clients, or manages them alone, as Keycloak itself tells it, and changes nothing', async () => {
    const [secret, weak] = ['seen-Canary-0123456789abcdef', 'weak-Canary-0123456789abcdef'];
    await admin.addClient(clientOf('shop-seen', secret));
    const seenBy = async (name: string, roles: readonly string[]) => {
      const clientId = `shop-issuer-${name}`;
      await admin.addClient(
        clientOf(clientId, weak),
        roles.map((role) => `realm-management/${role}`),
      );
      const inspected = await provider().inspectIssuer({ issuer: opened(clientId, weak), current: opened('shop-seen', secret), fence });
      return accepted(inspected).lacks.map(({ needed, sentence }) => `${needed}: ${sentence}`);
    };
    const before = await clients();
    expect(await seenBy('views', ['view-clients', 'view-events'])).toEqual([expect.stringMatching(/^rotation: .*manage-clients/u)]);
    expect(await seenBy('manages', ['manage-clients', 'view-users', 'view-events'])).toEqual([
      expect.stringMatching(/^rotation: .*manage-users/u),
    ]);
    expect(await seenBy('rotates', ['manage-clients', 'manage-users', 'view-events'])).toEqual([]);
    expect(await clients()).toEqual(before);
  });
});
