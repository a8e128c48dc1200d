import { readFileSync } from 'node:fs';
import { Sensitive } from '@keyturn/kernel';
import { clientCredentials, type CredsOptions, type GatewayOptions } from '@keyturn/sdk';
import { z } from 'zod';

// How the examples show who they are.

const File = z.string().startsWith('/');

/** Identities from the gateway, shown by a client of the sign-in provider. */
const FromGateway = z.object({
  GATEWAY_URL: z.url(),
  OIDC_ISSUER: z.url(),
  CLIENT_ID: z.string().min(1),
  CLIENT_SECRET_FILE: File,
  NATS_URL: z.string().min(1).optional(),
});
/** The same, shown by an API token of the consumer. */
const FromToken = z.object({
  GATEWAY_URL: z.url(),
  KEYTURN_TOKEN_FILE: File,
  OIDC_ISSUER: z.undefined().optional(),
  NATS_URL: z.string().min(1).optional(),
});
/** A creds file that somebody made. */
const FromCreds = z.object({ GATEWAY_URL: z.undefined().optional(), NATS_URL: z.string().min(1), NATS_CREDS_FILE: File });

/** The settings of any of these ways. */
export const IdentitySettings = z.union([FromGateway, FromToken, FromCreds]);

/** Reads the secret that the file holds now, so a replaced one is taken up. */
export const secretFile = (path: string) => (): Sensitive<string> => new Sensitive(readFileSync(path, 'utf8').trim());

/** How this process shows who it is. */
export const identityOf = (settings: z.infer<typeof IdentitySettings>): GatewayOptions | CredsOptions => {
  if (settings.GATEWAY_URL === undefined) return { url: settings.NATS_URL, creds: secretFile(settings.NATS_CREDS_FILE) };
  const { GATEWAY_URL: gatewayUrl, NATS_URL: natsUrl } = settings;
  return { gatewayUrl, token: tokenOf(settings), ...(natsUrl !== undefined && { natsUrl }) };
};

const tokenOf = (settings: z.infer<typeof FromGateway> | z.infer<typeof FromToken>): GatewayOptions['token'] => {
  if (settings.OIDC_ISSUER === undefined) return secretFile(settings.KEYTURN_TOKEN_FILE)();
  const { OIDC_ISSUER: issuer, CLIENT_ID: clientId, CLIENT_SECRET_FILE: file } = settings;
  return clientCredentials({ issuer, clientId, clientSecret: secretFile(file) });
};
