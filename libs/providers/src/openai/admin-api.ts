import { z } from 'zod';
import { type ProviderReply, readJson } from '../http/index.ts';
import { type IssuerCall, issuerCalls, type IssuerCalls, type IssuerCallsOptions, statusOf } from '../issued/issuer-calls.ts';
import type { ProviderRefusal } from '../refusal.ts';

const Refused = z.object({ error: z.object({ code: z.string().nullish() }) });

/** Codes of ours only by their form: nothing that could repeat a key. */
const CODE = /^[a-z_]{1,60}$/u;
const codesOf = (reply: ProviderReply): readonly string[] => {
  const code = readJson(Refused, reply)?.error.code ?? '';
  return CODE.test(code) ? [code] : [];
};

const refusalOf = (reply: ProviderReply, { doing }: IssuerCall): ProviderRefusal => {
  const said = statusOf(reply, codesOf(reply));
  if (reply.status === 401) return { code: 'issuer-denied', sentence: `OpenAI doesn't take the admin key (${said}): give it a new value.` };
  if (reply.status === 403)
    return {
      code: 'issuer-lacks-privilege',
      grants: [],
      sentence:
        `OpenAI doesn't let the issuer ${doing} (${said}): it must be an admin key of the project's organization, ` +
        `with write access to its projects' service accounts and API keys.`,
    };
  return { code: 'provider-refused', sentence: `OpenAI doesn't ${doing} (${said}): is the project archived?` };
};

/** Calls of OpenAI's administration API with an admin key. */
export const openAiAdminApi = ({ http, wait }: Pick<IssuerCallsOptions, 'http' | 'wait'>): IssuerCalls =>
  issuerCalls({ http, wait, provider: 'OpenAI', refusalOf, codesOf });
