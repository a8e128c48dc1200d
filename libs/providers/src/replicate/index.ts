import { LLM_PROVIDERS } from '@keyturn/contracts';
import { z } from 'zod';
import { bearer } from '../http/index.ts';
import type { LlmCall } from '../llm/llm-call.ts';

const { name, baseUrl } = LLM_PROVIDERS.replicate;

const Account = z.object({ type: z.enum(['user', 'organization']), username: z.string() });

const can = (body: unknown): readonly string[] | null => {
  const account = Account.safeParse(body).data;
  return account ? [account.type === 'user' ? 'act for a user' : 'act for an organization'] : null;
};

/** The account that a token belongs to. */
export const replicateCall: LlmCall = { name, baseUrl, path: '/account', headers: bearer, can };
