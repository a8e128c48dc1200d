import { readFileSync } from 'node:fs';
import { Sensitive } from '@keyturn/kernel';
import { clientCredentials, type CredsOptions, type GatewayOptions } from '@keyturn/sdk';
import type { Config } from './config.ts';

const secretFile = (path: string) => (): Sensitive<string> => new Sensitive(readFileSync(path, 'utf8').trim());

/** How this process shows who it is. The files are read anew each time, so a replaced secret is taken up. */
export const identityOf = ({ identity }: Config): GatewayOptions | CredsOptions => {
  if (identity.kind === 'creds') return { url: identity.natsUrl, creds: secretFile(identity.credsFile) };
  const { gatewayUrl, natsUrl, oidc } = identity;
  const token = clientCredentials({ issuer: oidc.issuer, clientId: oidc.clientId, clientSecret: secretFile(oidc.secretFile) });
  return { gatewayUrl, token, ...(natsUrl !== undefined && { natsUrl }) };
};
