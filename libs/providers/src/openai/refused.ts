import { z } from 'zod';
import { type ProviderReply, readJson } from '../http/index.ts';

const Refused = z.object({ error: z.object({ code: z.string().nullish(), message: z.string().nullish() }) });

/** What OpenAI, or an API like it, says with a refusal. Neither may be shown: both may repeat a key. */
const readRefused = (reply: ProviderReply): { readonly code: string; readonly message: string } => {
  const { code, message } = readJson(Refused, reply)?.error ?? {};
  return { code: code ?? '', message: message ?? '' };
};

/** Codes of ours only by their form: nothing that could repeat a key. */
const CODE = /^[a-z_]{1,60}$/u;

/** The code of a refusal, where it may be shown. */
export const codesOf = (reply: ProviderReply): readonly string[] => {
  const { code } = readRefused(reply);
  return CODE.test(code) ? [code] : [];
};

/** A key restricted to other calls than the one that was made: OpenAI says so in its message alone, with 401 or 403. */
export const lacksScope = (reply: ProviderReply): boolean => /\bmissing scopes?\b/iu.test(readRefused(reply).message);

/** The key may well work, from another address: OpenAI answers 401 to that, too. */
export const isElsewhere = (reply: ProviderReply): boolean => readRefused(reply).code === 'ip_not_authorized';

/** What to do where a key isn't let in from the worker's address, as the end of a sentence. */
export const LET_IN = "put the rotation worker's address on the IP allowlist of its organization or project (Settings, Security)";
