import { Problem } from '@keyturn/contracts/api';
import { z } from 'zod';
import { strings } from '../../strings.ts';
import { person } from '../time/presence.ts';
import { ApiProblem, localProblem } from './api-problem.ts';

type Ask = { readonly signal?: AbortSignal };
type Write = {
  readonly body: unknown;
  readonly idempotencyKey: string;
  /** Of a change of a credential: the revision that the person saw, or `*` where any will do. */
  readonly revision?: string;
};

const ifMatch = (revision: string | undefined): Record<string, string> =>
  revision === undefined ? {} : { 'If-Match': revision === '*' ? '*' : `"${revision}"` };

const send = async (path: string, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw localProblem('unreachable', 0, strings.problems.unavailable.title, error);
  }
};

const bodyOf = async (response: Response): Promise<unknown> => {
  try {
    return await response.json();
  } catch {
    return undefined;
  }
};

const problemOf = async (response: Response): Promise<ApiProblem> => {
  const problem = Problem.safeParse(await bodyOf(response));
  return problem.success ? new ApiProblem(problem.data) : localProblem(`http-${response.status}`, response.status, response.statusText);
};

const answerOf = async <Answer>(response: Response, answer: z.ZodType<Answer>): Promise<Answer> => {
  if (!response.ok) throw await problemOf(response);
  const parsed = answer.safeParse(await bodyOf(response));
  if (!parsed.success) throw localProblem('answer-unexpected', 500, strings.problems.fault.title, parsed.error);
  return parsed.data;
};

/** Says of a read that the page asks by itself: it is not to keep the session of somebody who went away. */
const byItself = (): Record<string, string> => (person.isAway() ? { 'X-Keyturn-Background': '1' } : {});

const ask = (path: string, { signal }: Ask): Promise<Response> =>
  send(path, { headers: { accept: 'application/json', ...byItself() }, ...(signal === undefined ? {} : { signal }) });

/** Reads from the gateway. Whatever is not the promised answer is thrown as an `ApiProblem`. */
export const get = async <Answer>(path: string, answer: z.ZodType<Answer>, asked: Ask = {}): Promise<Answer> =>
  answerOf(await ask(path, asked), answer);

/** The same of what is changed as a whole, with the revision by which a change says what it changes. */
export const getRevised = async <Answer extends object>(
  path: string,
  answer: z.ZodType<Answer>,
  asked: Ask = {},
): Promise<Answer & { readonly revision: string }> => {
  const response = await ask(path, asked);
  const revision = /"(.+)"$/u.exec(response.headers.get('etag') ?? '')?.[1] ?? '*';
  return { ...(await answerOf(response, answer)), revision };
};

type Download = Ask & {
  /** How many bytes of it are there. */
  readonly onRead: (bytes: number) => void;
};

const chunksOf = async (response: Response, onRead: Download['onRead']): Promise<readonly BlobPart[]> => {
  const chunks: BlobPart[] = [];
  let bytes = 0;
  // Not every browser can go through a stream with `for await`.
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
    chunks.push(part.value);
    bytes += part.value.byteLength;
    onRead(bytes);
  }
  return chunks;
};

/** Reads a file from the gateway to its end. Of one that breaks off there is nothing. */
export const getFile = async (path: string, { signal, onRead }: Download): Promise<Blob> => {
  const response = await send(path, signal === undefined ? {} : { signal });
  if (!response.ok) throw await problemOf(response);
  try {
    return new Blob([...(await chunksOf(response, onRead))], { type: response.headers.get('content-type') ?? '' });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw localProblem('file-broken-off', 0, strings.problems.unavailable.title, error);
  }
};

/** A header that no foreign page can make a browser send: the gateway's guard against forged requests. */
const OURS = { 'X-Requested-With': 'keyturn' };

/** Writes through the gateway. The same key again is the same request, so a person may press twice. */
export const post = <Answer>(path: string, ask: Write, answer: z.ZodType<Answer>): Promise<Answer> => write('POST', path, ask, answer);

export const write = async <Answer>(
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { body, idempotencyKey, revision }: Write,
  answer: z.ZodType<Answer>,
): Promise<Answer> =>
  answerOf(
    await send(path, {
      method,
      headers: {
        ...OURS,
        accept: 'application/json',
        'content-type': 'application/json',
        'Idempotency-Key': idempotencyKey,
        ...ifMatch(revision),
      },
      body: JSON.stringify(body),
    }),
    answer,
  );

const SignedOut = z.object({ next: z.string() });

/** Ends the session here, or all of this person's everywhere. The answer is where the browser goes to end it at the identity provider too; `null` is nowhere. */
export const signOut = async (where: 'here' | 'everywhere'): Promise<string | null> => {
  const path = where === 'here' ? '/auth/logout' : '/auth/sign-out-everywhere';
  const response = await send(path, { method: 'POST', headers: OURS });
  if (!response.ok && response.status !== 401) throw await problemOf(response);
  return SignedOut.safeParse(await bodyOf(response)).data?.next ?? null;
};
