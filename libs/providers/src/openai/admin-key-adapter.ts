import { z } from 'zod';
import { ask, bearer, httpAdapter, type ProviderHttp, readJson, unexpected, urlOf } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import { OPENAI, OpenAiAdminFields } from './fields.ts';
import { isElsewhere, LET_IN } from './refused.ts';

const NAME = 'OpenAI';
const AdminKeys = z.object({ object: z.literal('list'), data: z.array(z.unknown()) });

/** An OpenAI admin key: lists one admin key of the organization, which needs one. */
export const openAiAdminAdapter = (http: ProviderHttp, baseUrl = OPENAI): ProviderAdapter =>
  httpAdapter({
    schema: OpenAiAdminFields,
    test: async ({ adminKey }) => {
      const asked = await ask(http, NAME, { url: urlOf(baseUrl, '/organization/admin_api_keys?limit=1'), headers: bearer(adminKey) });
      if (!asked.ok) return asked.refusal;
      const { status } = asked.value;
      if (isElsewhere(asked.value))
        return { verdict: 'forbidden', sentence: `${NAME} doesn't let this key in from here (${status}): ${LET_IN}, then test again.` };
      if (status === 401)
        return { verdict: 'invalid', sentence: `${NAME} doesn't know this admin key: it is mistyped, expired or revoked.` };
      if (status === 403)
        return { verdict: 'forbidden', sentence: `${NAME} doesn't let this key manage an organization (403): make an admin key there.` };
      if (status !== 200 || !readJson(AdminKeys, asked.value)) return unexpected(NAME, status);
      return { verdict: 'valid', sentence: `${NAME} takes the admin key.`, can: ['manage an organization'] };
    },
  });
