import { fillPlaces, type HttpCheck, httpCheckOf, isExpected } from '@keyturn/contracts';
import { z } from 'zod';
import { ask, type Finding, httpAdapter, type ProviderHttp } from '../http/index.ts';
import type { ProviderAdapter } from '../provider-adapter.ts';

const NAME = 'The check';
const Fields = z.record(z.string(), z.string()).refine((fields) => httpCheckOf(fields) !== null, { path: ['checkUrl'] });
type Fields = z.infer<typeof Fields>;

/** What a header can carry (RFC 9110). */
const CARRIED = /^[\t\u0020-\u007E\u0080-\u00FF]*$/u;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

const headersOf = ({ headers }: HttpCheck, fields: Fields): Readonly<Record<string, string>> =>
  Object.fromEntries(headers.map(({ name, template }) => [name, fillPlaces(template, fields, base64)]));

const findingOf = (check: HttpCheck, status: number): Finding => {
  if (isExpected(check.expected, String(status))) return { verdict: 'valid', sentence: `${NAME} answers ${status}, as it should.` };
  if (String(status) === check.refused) return { verdict: 'invalid', sentence: `${NAME} refuses the secret (${status}).` };
  if (status === 401 || status === 403)
    return { verdict: 'forbidden', sentence: `${NAME} answers ${status}: the secret may be known, and not be allowed this.` };
  const awaited = check.expected ?? '200 to 299';
  return { verdict: 'unreachable', sentence: `${NAME} answers ${status}, where ${awaited} is expected: look at its URL and method.` };
};

/** Does it answer so to whoever asks? Then its answer says nothing about this secret. Headers in which nothing is filled in go along. */
const answersAnybody = async (http: ProviderHttp, { url, method, headers, expected }: HttpCheck): Promise<boolean> => {
  const isAnswer = (status: number): boolean => isExpected(expected, String(status));
  const plain = headers.filter(({ template }) => fillPlaces(template, {}, () => '') === template);
  const asked = await ask(
    http,
    NAME,
    { url, method, headers: Object.fromEntries(plain.map(({ name, template }) => [name, template])) },
    isAnswer,
  );
  return asked.ok && isAnswer(asked.value.status);
};

/** A secret of any kind, by the HTTP call that the credential describes. */
export const genericAdapter = (http: ProviderHttp): ProviderAdapter =>
  httpAdapter({
    schema: Fields,
    test: async (fields) => {
      const check = httpCheckOf(fields);
      if (check === null) return { verdict: 'unreachable', sentence: 'There is no check.' };
      const { url, method, expected, refused } = check;
      const headers = headersOf(check, fields);
      if (!Object.values(headers).every((value) => CARRIED.test(value)))
        return { verdict: 'forbidden', sentence: 'A field of it has characters that no header can carry; was something copied along?' };
      const isAnswer = (status: number): boolean => isExpected(expected, String(status)) || String(status) === refused;
      const asked = await ask(http, NAME, { url, method, headers }, isAnswer);
      if (!asked.ok) return asked.refusal;
      const finding = findingOf(check, asked.value.status);
      if (finding.verdict !== 'valid' || !(await answersAnybody(http, check))) return finding;
      return {
        verdict: 'unreachable',
        sentence: `${NAME} answers so without the secret, too, which says nothing about it: take another URL.`,
      };
    },
  });
