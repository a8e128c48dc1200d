import type { ProviderReply } from '../http/index.ts';
import { type IssuerCall, issuerCalls, type IssuerCalls, type IssuerCallsOptions, statusOf } from '../issued/issuer-calls.ts';
import type { ProviderRefusal } from '../refusal.ts';
import { codesOf, isElsewhere, LET_IN } from './refused.ts';

const refusalOf = (reply: ProviderReply, { doing }: IssuerCall): ProviderRefusal => {
  const said = statusOf(reply, codesOf(reply));
  if (isElsewhere(reply))
    return {
      code: 'issuer-lacks-privilege',
      grants: [],
      sentence: `OpenAI doesn't let the admin key in from here (${said}): ${LET_IN}.`,
    };
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
