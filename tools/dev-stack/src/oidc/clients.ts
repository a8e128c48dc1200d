import type { ClientMetadata } from 'oidc-provider';
import type { ConsumerClient } from './consumer-clients.ts';
import type { OidcKeys } from './keys.ts';

export const gatewayClientId = 'keyturn-gateway';
export const devClientId = 'keyturn-dev';
/** A person's own, on the command line: it has no secret to keep. */
export const cliClientId = 'keyturn-cli';

/** The audience of access tokens, and the resource that clients may name (RFC 8707; it has to be a URI). */
export const apiAudience = 'keyturn-api';
export const apiResource = 'urn:keyturn:api';

/**
 * The gateway is registered as a native application, because those may come back to the loopback interface on any port (RFC 8252 §7.3): ports
 * are free ones, so the gateway's isn't known here. It still has a secret and must use PKCE.
 */
export const clients = (keys: OidcKeys, consumers: readonly ConsumerClient[] = []): ClientMetadata[] => [
  {
    client_id: gatewayClientId,
    client_secret: keys.gatewayClientSecret,
    application_type: 'native',
    redirect_uris: onLoopback('/auth/callback'),
    post_logout_redirect_uris: ['/', '/admin', '/admin/system/credentials'].flatMap(onLoopback),
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'client_secret_basic',
    require_auth_time: true,
  },
  program(devClientId, keys.devClientSecret),
  {
    client_id: cliClientId,
    application_type: 'native',
    redirect_uris: [],
    grant_types: ['urn:ietf:params:oauth:grant-type:device_code', 'refresh_token'],
    response_types: [],
    token_endpoint_auth_method: 'none',
  },
  ...consumers.map(({ clientId, clientSecret }) => program(clientId, clientSecret)),
];

/** A client that gets tokens for itself: no person, no browser. */
const program = (clientId: string, clientSecret: string): ClientMetadata => ({
  client_id: clientId,
  client_secret: clientSecret,
  redirect_uris: [],
  grant_types: ['client_credentials'],
  response_types: [],
  token_endpoint_auth_method: 'client_secret_basic',
});

const onLoopback = (path: string): string[] => ['127.0.0.1', 'localhost'].map((host) => `http://${host}${path}`);
