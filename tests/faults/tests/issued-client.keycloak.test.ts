import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { binaryCacheDir, findKeycloak, keycloakAdmin, projectRoot, startKeycloak } from '@keyturn/dev-stack';
import { startInFrontOf } from '@keyturn/provider-simulators';
import { z } from 'zod';
import { startFaultStack } from '../src/fault-stack.ts';
import { describeIssued } from '../src/issued/describe-issued.ts';
import type { IssuingLab } from '../src/issued/issued-run.ts';

// A real Keycloak, behind something that stops calls of it and loses their answers.

const newSecret = (): string => randomBytes(20).toString('hex');
const Clients = z.array(z.looseObject({ clientId: z.string(), enabled: z.boolean(), secret: z.string().optional() }));
const EVENTS =
  'LOGIN LOGOUT CLIENT_LOGIN CODE_TO_TOKEN REFRESH_TOKEN TOKEN_EXCHANGE INTROSPECT_TOKEN INTROSPECT_TOKEN_ERROR REVOKE_GRANT ' +
  'PUSHED_AUTHORIZATION_REQUEST OAUTH2_DEVICE_AUTH OAUTH2_DEVICE_CODE_TO_TOKEN AUTHREQID_TO_TOKEN PERMISSION_TOKEN REGISTER_NODE UNREGISTER_NODE';

/** What a client shows at the token endpoint (RFC 6749, 2.3.1), of characters that need no encoding. */
const secretOf = ({ headers }: Request): string | null => {
  const shown = /^Basic (?<pair>.+)$/u.exec(headers.get('authorization') ?? '')?.groups?.['pair'];
  return shown === undefined ? null : (Buffer.from(shown, 'base64').toString().split(':').at(-1) ?? null);
};

const start = async (): Promise<IssuingLab> => {
  const varDir = join(projectRoot, 'var', `keycloak-${process.pid}`);
  const home = await findKeycloak({ env: process.env, cacheDir: binaryCacheDir, onProgress: console.log });
  const keycloak = await startKeycloak({ varDir, home, publicUrl: 'http://127.0.0.1' });
  const admin = keycloakAdmin(keycloak);
  await admin.call('PUT', '/events/config', { eventsEnabled: true, enabledEventTypes: EVENTS.split(' ') });
  const provider = await startInFrontOf(new URL(keycloak.issuer).origin, secretOf);
  const faults = await startFaultStack({ workerSettings: { EGRESS_ALLOW: '127.0.0.1', ISSUE_TAKES_MS: '2000' } });

  const issuerUrl = `${provider.url}${new URL(keycloak.issuer).pathname}`;
  const make = async (clientId: string, roles: readonly string[] = []) => {
    const clientSecret = newSecret();
    const client = { clientId, secret: clientSecret, serviceAccountsEnabled: true, standardFlowEnabled: false };
    const id = await admin.addClient(client, roles);
    const registration = {
      address: `system.keycloak.${clientId}`,
      credentialType: 'oauth_client_secret' as const,
      // Keycloak's own discovery document names Keycloak itself, not what stands in front of it.
      publicFields: { clientId, issuerUrl, tokenUrl: `${issuerUrl}/protocol/openid-connect/token` },
      secretFields: { clientSecret },
    };
    return { value: clientSecret, id, registration };
  };
  let prefix = '';
  const issuer = await make(
    'shop-issuer',
    ['manage-clients', 'manage-users', 'view-events'].map((role) => `realm-management/${role}`),
  );
  return {
    faults,
    provider,
    issuer: issuer.registration,
    begin: () => {
      prefix = `shop-${randomUUID().slice(0, 8)}`;
      return make(prefix);
    },
    living: async () => {
      const clients = Clients.parse(await admin.call('GET', '/clients?max=500'));
      return clients.filter(({ clientId, enabled }) => clientId.startsWith(prefix) && enabled).map(({ secret = '' }) => secret);
    },
    stop: async () => {
      await faults.stop();
      await provider.close();
      await keycloak.stop();
      rmSync(varDir, { recursive: true, force: true });
    },
  };
};

describeIssued('Keycloak', {
  create: { path: '/admin/realms/keyturn/clients', method: 'POST' },
  end: { path: '/admin/realms/keyturn/clients/', method: 'DELETE' },
  points: [
    ['in the copy of its rights', () => ({ path: '/service-account-user' })],
    ['after its secret was read, before the stage', () => ({ path: '/client-secret', method: 'GET' })],
    ['after the commit, watching for uses', () => ({ path: '/events/config', skip: 1 })],
    ['in the revocation, after the old one was disabled', (id) => ({ path: `/clients/${id}`, method: 'PUT' })],
    ['in the revocation, after the old one got another secret', (id) => ({ path: `/clients/${id}/client-secret`, method: 'POST' })],
  ],
  works: 'a token for its secret',
  start,
});
