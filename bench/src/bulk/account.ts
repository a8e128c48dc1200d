import { randomBytes } from 'node:crypto';
import type { BenchStack } from '../bench-stack.ts';
import { register } from '../vault-answers.ts';
import type { CloudflareToken } from '@keyturn/provider-simulators';

/** As many tokens as Cloudflare lets one account have. */
const PER_ACCOUNT = 50;
const POLICIES = [{ effect: 'allow', permission_groups: [{ id: 'dns-write' }], resources: { 'com.cloudflare.api.account.zone.*': '*' } }];

const newToken = (): string => randomBytes(20).toString('hex');

export type Account = Map<string, CloudflareToken>;

/** Registers so many tokens of simulated accounts, each account with its issuer. `tokens` is what the simulator has. */
export const registerTokens = async (stack: BenchStack, tokens: Account, apiBaseUrl: string, count: number): Promise<void> => {
  let issuer: string | null = null;
  let accountId = '';
  for (let index = 0; index < count; index += 1) {
    if (index % PER_ACCOUNT === 0) {
      accountId = (index / PER_ACCOUNT + 1).toString(16).padStart(32, '0');
      issuer = await add(stack, tokens, {
        name: `issuer-${index / PER_ACCOUNT}`,
        service: 'cloudflare-issuers',
        accountId,
        apiBaseUrl,
        issuer: null,
      });
    }
    await add(stack, tokens, { name: `b${index}`, service: 'cloudflare', accountId, apiBaseUrl, issuer });
  }
};

type Adding = {
  readonly name: string;
  readonly service: string;
  readonly accountId: string;
  readonly apiBaseUrl: string;
  readonly issuer: string | null;
};

const add = ({ asGateway }: BenchStack, tokens: Account, { name, service, accountId, apiBaseUrl, issuer }: Adding): Promise<string> => {
  const token = newToken();
  const may = issuer === null ? { zones: [], mayManageTokens: true } : { zones: ['a.example'], policies: POLICIES };
  tokens.set(token, { status: 'active', accountId, ...may });
  return register(asGateway, {
    address: `system.${service}.${name}`,
    issuer,
    credentialType: 'cloudflare_api_token',
    publicFields: { accountId, apiBaseUrl },
    secret: { token },
  });
};
