import { randomBytes, randomUUID } from 'node:crypto';
import { SAMPLE_POLICY } from '@keyturn/dev-stack';
import { type CloudflareToken, type Simulator, startCloudflare } from '@keyturn/provider-simulators';
import { admin } from './admin.ts';

const newToken = (): string => randomBytes(20).toString('hex');

/** What the token that is rotated may do. */
export const POLICIES = [
  { effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } },
];

export type IssuedToken = {
  readonly cloudflare: Simulator;
  /** What lives at Cloudflare: the issuer's token, and the credential's. */
  readonly account: Map<string, CloudflareToken>;
  readonly issuerToken: string;
  readonly firstToken: string;
  readonly credentialId: string;
  readonly address: string;
  /** The tokens of the account, save the issuer's. */
  living(): string[];
};

/** A Cloudflare of its own, and a token there that an issuer of ours replaces. */
export const registerIssuedToken = async (policy: object = SAMPLE_POLICY): Promise<IssuedToken> => {
  const [issuerToken, firstToken] = [newToken(), newToken()];
  const account = new Map<string, CloudflareToken>([
    [issuerToken, { status: 'active', zones: [], mayManageTokens: true }],
    [firstToken, { status: 'active', zones: ['a.example'], policies: POLICIES }],
  ]);
  const cloudflare = await startCloudflare(account);
  const run = randomUUID().slice(0, 8);
  const addressOf = (name: string): string => `system.cloudflare.${name}-${run}`;
  const registered = async (name: string, token: string, issuer?: string): Promise<string> => {
    const made = await admin().register({
      address: addressOf(name),
      credentialType: 'cloudflare_api_token',
      publicFields: { apiBaseUrl: cloudflare.url },
      secretFields: { token },
      policy,
      ...(issuer === undefined ? {} : { issuer }),
    });
    return made.credentialId;
  };
  const credentialId = await registered('dns', firstToken, await registered('issuer', issuerToken));
  const living = (): string[] => [...account.keys()].filter((token) => token !== issuerToken);
  return { cloudflare, account, issuerToken, firstToken, credentialId, address: addressOf('dns'), living };
};
