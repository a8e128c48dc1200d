import { z } from 'zod';
import { type FieldDisplay, type FieldIssue, type Fields, text, webUrl } from './definition.ts';

// How a value of any kind is tested: one HTTP call that the credential itself describes, in public fields.

/** `{{name}}`: a field; `{{basic user password}}`: both as RFC 7617 has them, `Basic …`. */
const PLACE = /\{\{\s*(?:(basic)\s+([\w.-]+)\s+([\w.-]+)|([\w.-]+))\s*\}\}/gu;
/** RFC 9110: the name of a header and its value. */
const HEADER = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(\S.*)$/u;
/** They say how the call itself is carried. */
const CARRIES = new Set(['connection', 'content-length', 'expect', 'host', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade']);
const MOST_HEADERS = 10;

/** Where a credential says nothing else: RFC 6750. */
const BEARER = 'Authorization: Bearer {{value}}';
const REFUSED = '401';

const status = (label: string) => text(label, 3).regex(/^[1-5]\d\d$/u, `${label} is a number from 100 to 599.`);

export const HTTP_CHECK_FIELDS = {
  checkUrl: webUrl('The URL of the check').optional(),
  checkMethod: z.enum(['GET', 'HEAD', 'POST'], 'The method of the check is GET, HEAD or POST.').optional(),
  checkHeaders: text('The headers of the check', 4096).optional(),
  checkStatus: status('The expected status').optional(),
  checkRefusedStatus: text('The status of a refusal', 3)
    .regex(/^4(?!08|29)\d\d$/u, 'The status of a refusal is a number from 400 to 499; 408 and 429 say nothing about a secret.')
    .optional(),
} as const;

export const HTTP_CHECK_DISPLAY: readonly FieldDisplay[] = [
  {
    name: 'checkUrl',
    label: 'Check: URL',
    help: 'Called with the secret in a header, to see whether it works. Without it there is no test.',
    placeholder: 'https://api.example.com/me',
  },
  { name: 'checkMethod', label: 'Check: method', help: 'GET if nothing is said. It should change nothing there.', placeholder: 'GET' },
  {
    name: 'checkHeaders',
    label: 'Check: headers',
    help: 'One a line. {{value}} stands for the field value, {{basic user value}} for both as HTTP Basic.',
    placeholder: BEARER,
    lines: true,
  },
  { name: 'checkStatus', label: 'Check: expected status', help: 'Any of 200 to 299 if nothing is said.', placeholder: '200' },
  {
    name: 'checkRefusedStatus',
    label: 'Check: status of a refusal',
    help: 'What it answers to a secret that it does not know: 401 if nothing is said.',
    placeholder: '401',
  },
];

type Header = { readonly name: string; readonly template: string };

const linesOf = (checkHeaders: string): readonly string[] => checkHeaders.split(/\r?\n/u).filter((line) => line.trim() !== '');

const headersOf = (checkHeaders: string): readonly (Header | null)[] =>
  linesOf(checkHeaders).map((line) => {
    const [, name, template] = HEADER.exec(line) ?? [];
    return name === undefined || template === undefined || CARRIES.has(name.toLowerCase()) ? null : { name: name.toLowerCase(), template };
  });

const namesIn = (template: string): readonly string[] =>
  [...template.matchAll(PLACE)].flatMap(([, , user, password, name]) =>
    [user, password, name].filter((found): found is string => found !== undefined),
  );

const inHeaders = (message: string): FieldIssue => ({ path: 'checkHeaders', message });

/** Secret fields are unknown where only public ones are changed: then a field that isn't there may be one of them. */
const issuesOfHeaders = (checkHeaders: string, publicFields: Fields, secretFields: Fields): readonly FieldIssue[] => {
  const headers = headersOf(checkHeaders);
  if (headers.some((header) => header === null))
    return [inHeaders('A header of the check is a line Name: value, and none that says how the call is carried, such as Host.')];
  if (headers.length > MOST_HEADERS) return [inHeaders(`The check has at most ${MOST_HEADERS} headers.`)];
  const names = headers.flatMap((header) => (header === null ? [] : namesIn(header.template)));
  const secrets = Object.keys(secretFields);
  if (secrets.length === 0) return [];
  const unknown = names.find((name) => !Object.hasOwn(publicFields, name) && !Object.hasOwn(secretFields, name));
  if (unknown !== undefined) return [inHeaders('The headers of the check name a field that is not there.')];
  return names.some((name) => Object.hasOwn(secretFields, name)) ? [] : [inHeaders('No header of the check holds a secret field.')];
};

/** What is wrong with a check, if there is one. */
export const httpCheckIssues = (publicFields: Fields, secretFields: Fields): readonly FieldIssue[] => {
  const { checkUrl, checkHeaders = BEARER, checkStatus = null, checkRefusedStatus = REFUSED } = publicFields;
  const hidden = Object.keys(HTTP_CHECK_FIELDS).find((name) => Object.hasOwn(secretFields, name));
  if (hidden !== undefined) return [{ path: hidden, message: 'What describes the check is public.' }];
  const named = Object.keys(HTTP_CHECK_FIELDS).filter((name) => name !== 'checkUrl' && Object.hasOwn(publicFields, name));
  if (checkUrl === undefined && named.length > 0) return [{ path: 'checkUrl', message: 'A check needs its URL.' }];
  if (checkUrl === undefined) return [];
  if (isExpected(checkStatus, checkRefusedStatus))
    return [{ path: 'checkRefusedStatus', message: 'A status can’t mean both that the secret is taken and that it is not.' }];
  return issuesOfHeaders(checkHeaders, publicFields, secretFields);
};

export type HttpCheck = {
  readonly url: string;
  readonly method: 'GET' | 'HEAD' | 'POST';
  /** Names in lower case. */
  readonly headers: readonly Header[];
  /** The status of an answer to a secret that is taken; null: any of 200 to 299. */
  readonly expected: string | null;
  /** That to a secret that is unknown. */
  readonly refused: string;
};

/** A template with its places filled. `base64` is the caller's, because this runs in browsers too. */
export const fillPlaces = (template: string, fields: Fields, base64: (text: string) => string): string =>
  template.replaceAll(PLACE, (_all, _basic, user?: string, password?: string, name = '') =>
    user !== undefined && password !== undefined
      ? `Basic ${base64(`${fields[user] ?? ''}:${fields[password] ?? ''}`)}`
      : (fields[name] ?? ''),
  );

/** The check that these public fields describe; null if they describe none. */
export const httpCheckOf = (publicFields: Fields): HttpCheck | null => {
  const parsed = z.object(HTTP_CHECK_FIELDS).safeParse(publicFields);
  if (!parsed.success || parsed.data.checkUrl === undefined) return null;
  const { checkUrl, checkMethod = 'GET', checkHeaders = BEARER, checkStatus, checkRefusedStatus = REFUSED } = parsed.data;
  const headers = headersOf(checkHeaders).filter((header) => header !== null);
  return { url: checkUrl, method: checkMethod, headers, expected: checkStatus ?? null, refused: checkRefusedStatus };
};

/** Is it the status of an answer to a secret that is taken? */
export const isExpected = (expected: string | null, answered: string): boolean =>
  expected === null ? /^2\d\d$/u.test(answered) : expected === answered;
