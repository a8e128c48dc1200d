import { XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { ask, type Finding, httpAdapter, type ProviderHttp, type ProviderReply, unexpected } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';
import { sentenceOf } from './error-numbers.ts';

const NAME = 'NameCheap';

/** Its two systems; accounts and keys of one are unknown to the other. */
const LIVE = 'https://api.namecheap.com/xml.response';
const SANDBOX = 'https://api.sandbox.namecheap.com/xml.response';

type Urls = { readonly production?: string | undefined; readonly sandbox?: string | undefined };

const Fields = z.object({
  apiKey: z.string(),
  apiUser: z.string(),
  userName: z.string().optional(),
  clientIp: z.string(),
  sandbox: z.string().optional(),
});
type Fields = z.infer<typeof Fields>;

const xml = new XMLParser({ ignoreAttributes: false, processEntities: false, isArray: (name) => name === 'Error' });
const Answer = z.object({
  ApiResponse: z.object({
    '@_Status': z.enum(['OK', 'ERROR']),
    Errors: z
      .object({ Error: z.array(z.object({ '@_Number': z.string() })) })
      .optional()
      .catch(undefined),
  }),
});

/** The status and the error numbers of an answer; null if it is none of this API. */
const readAnswer = ({ text }: ProviderReply): { readonly isOk: boolean; readonly numbers: readonly string[] } | null => {
  let parsed: unknown;
  try {
    parsed = xml.parse(text);
  } catch {
    return null; // not XML: no answer of this API
  }
  const answer = Answer.safeParse(parsed).data?.ApiResponse;
  return answer ? { isOk: answer['@_Status'] === 'OK', numbers: answer.Errors?.Error.map((error) => error['@_Number']) ?? [] } : null;
};

/** In the body, not in the URL: proxies log URLs. */
const bodyOf = ({ apiUser, apiKey, userName = apiUser, clientIp }: Fields): string =>
  new URLSearchParams({
    ApiUser: apiUser,
    ApiKey: apiKey,
    UserName: userName,
    ClientIp: clientIp,
    Command: 'namecheap.users.getBalances',
  }).toString();

const findingOf = (reply: ProviderReply, fields: Fields): Finding => {
  const answer = readAnswer(reply);
  if (!answer) return unexpected(NAME, reply.status);
  const where = fields.sandbox === 'true' ? 'sandbox' : 'live system';
  if (answer.isOk)
    return { verdict: 'valid', sentence: `${NAME}'s ${where} takes the key of ${fields.apiUser}.`, can: ['read the balance'] };
  return sentenceOf(answer.numbers[0] ?? 'none', { ...fields, where });
};

/** A NameCheap API key: reads the account's balance. It works only from an address on the account's list, so this one must be on it. */
export const namecheapAdapter = (http: ProviderHttp, { production = LIVE, sandbox = SANDBOX }: Urls = {}): ProviderAdapter =>
  httpAdapter({
    schema: Fields,
    test: async (fields) => {
      const asked = await ask(http, NAME, {
        url: fields.sandbox === 'true' ? sandbox : production,
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: bodyOf(fields),
      });
      return asked.ok ? findingOf(asked.value, fields) : asked.refusal;
    },
  });
