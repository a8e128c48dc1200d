import type { TestReport } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import type { z } from 'zod';
import type { ProviderAdapter } from '../provider-adapter.ts';
import type { ProviderHttp, ProviderReply, ProviderRequest } from './provider-http.ts';

/** What a test came to, before it is timed. */
export type Finding = Omit<TestReport, 'elapsedMs'>;

type Tested<Fields> = {
  readonly schema: z.ZodType<Fields>;
  readonly test: (fields: Fields) => Promise<Finding>;
};

/** An adapter whose test is a few HTTP calls. The clock only measures. Fields with which nobody can be asked say nothing about the value. */
export const httpAdapter = <Fields>({ schema, test }: Tested<Fields>): ProviderAdapter => ({
  test: async (record) => {
    const parsed = schema.safeParse(record.reveal());
    if (!parsed.success) {
      const names = [...new Set(parsed.error.issues.map(({ path }) => String(path[0] ?? 'fields')))];
      return { verdict: 'unreachable', sentence: `It can't be tested: ${names.join(', ')} missing or not as needed.`, elapsedMs: 0 };
    }
    const began = performance.now();
    const finding = await test(parsed.data);
    return { ...finding, elapsedMs: Math.round(performance.now() - began) };
  },
});

/** What every provider means alike: its own trouble, its limits, a redirect. Null where the answer is about the value. */
const troubleOf = (provider: string, { status, retryAfterSeconds }: ProviderReply): Finding | null => {
  if (status === 429) {
    const when = retryAfterSeconds === null ? 'in a while' : `in ${retryAfterSeconds} s`;
    const wait = retryAfterSeconds === null ? {} : { retryAfterSeconds };
    return { verdict: 'rate-limited', sentence: `${provider} takes no more calls just now (429): test again ${when}.`, ...wait };
  }
  if (status >= 500) return { verdict: 'unreachable', sentence: `${provider} has trouble of its own (${status}): test again in a while.` };
  if (status < 300 || status >= 400) return null;
  return { verdict: 'unreachable', sentence: `${provider} redirects elsewhere (${status}), which is not followed: check the URL.` };
};

/** Calls the provider once: an answer that is about the value, or what was found instead. `isAnswer`: with such a status it is one, whatever it means elsewhere. */
export const ask = async (
  http: ProviderHttp,
  provider: string,
  request: ProviderRequest,
  isAnswer: (status: number) => boolean = () => false,
): Promise<Result<ProviderReply, Finding>> => {
  const reply = await http.send(request);
  if ('noReply' in reply) return refuse({ verdict: 'unreachable', sentence: `${provider} can't be asked: ${reply.noReply}.` });
  const trouble = isAnswer(reply.status) ? null : troubleOf(provider, reply);
  return trouble ? refuse(trouble) : ok(reply);
};

/** The answer is none that its API is documented to give. */
export const unexpected = (provider: string, status: number): Finding => ({
  verdict: 'unreachable',
  sentence: `${provider} answers what its API never would (${status}): check the URL, or whether something stands between.`,
});

/** The JSON of an answer, if it fits. */
export const readJson = <Body>(schema: z.ZodType<Body>, { text }: { readonly text: string }): Body | null => {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
};

/** A base URL with a path put behind it. */
export const urlOf = (base: string, path: string): string => `${base.replace(/\/+$/u, '')}${path}`;

export const bearer = (secret: string): { readonly authorization: string } => ({ authorization: `Bearer ${secret}` });

/** `1 zone`, `2 zones`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
