import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '@keyturn/contracts/api';
import type { Sensitive } from '@keyturn/kernel';
import type { z } from 'zod';
import { CliFailure } from '../cli-failure.ts';
import type { ExitName } from '../exit-codes.ts';

export type GatewayRequest<Schema extends z.ZodType> = {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  readonly body?: unknown;
  /** With it a write may be repeated, and is, where the outcome is unknown. */
  readonly idempotencyKey?: string;
  /** Of a change of what somebody may have changed: the ETag that was seen, or `*` where any will do. */
  readonly ifMatch?: string;
  readonly answers: Schema;
};

/** The API said no, with its code. */
export class ProblemAnswer extends CliFailure {
  readonly problem: Problem;

  constructor(exit: ExitName, problem: Problem) {
    const errors = (problem.errors ?? []).map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
    const more = [problem.detail, ...errors].filter((part) => part !== undefined).join('; ');
    super(exit, more === '' ? `${problem.title}.` : `${problem.title}: ${more}.`, { code: problem.code });
    this.problem = problem;
  }
}

export interface Gateway {
  readonly url: string;
  /** Asks, and parses the answer. Throws `ProblemAnswer` where the API says no, and `CliFailure` where nothing answers. */
  ask<Schema extends z.ZodType>(request: GatewayRequest<Schema>): Promise<z.output<Schema>>;
}

export type GatewayDeps = {
  readonly url: string;
  readonly token: Sensitive<string>;
  readonly signal: AbortSignal;
  readonly fetch?: typeof fetch;
};

const TIMEOUT_MS = 30_000;
const PAUSES_MS = [200, 500, 1000, 2000];
/** Nothing was done, or a repeat under the same key finds out what was. */
const WORTH_REPEATING: ReadonlySet<number> = new Set([502, 503, 504]);

const LONGEST_WAIT_MS = 60_000;

/** How long it asks to be left alone: it does so with who sends too much, and that ends by itself. */
const waitOf = (response: Response): number | null => {
  const seconds = Number(response.headers.get('retry-after'));
  if (response.status !== 429 || !Number.isFinite(seconds)) return null;
  const wait = Math.max(1, seconds) * 1000;
  return wait > LONGEST_WAIT_MS ? null : wait;
};

const exitOf = (status: number): ExitName => {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'unknown';
  if (WORTH_REPEATING.has(status)) return 'unreachable';
  return status >= 500 ? 'broken' : 'refused';
};

const problemOf = async (response: Response): Promise<ProblemAnswer> => {
  const parsed = Problem.safeParse(await response.json().catch(() => null));
  const bare = {
    type: 'about:blank',
    title: `The gateway answered ${response.status}`,
    status: response.status,
    code: 'http',
    instance: '',
  };
  return new ProblemAnswer(exitOf(response.status), parsed.success ? parsed.data : bare);
};

/** The gateway's HTTP API, with a bearer token. Reads, and writes under a key, are repeated for a while where nothing answers. */
export const httpGateway = ({ url, token, signal, fetch: send = fetch }: GatewayDeps): Gateway => {
  const once = (request: GatewayRequest<z.ZodType>): Promise<Response> => {
    const { method = 'GET', path, body, idempotencyKey, ifMatch } = request;
    return send(new URL(path, url), {
      method,
      redirect: 'error',
      headers: {
        authorization: `Bearer ${token.reveal()}`,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
        ...(ifMatch === undefined ? {} : { 'if-match': ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
  };

  const patiently = async (request: GatewayRequest<z.ZodType>): Promise<Response> => {
    const mayRepeat = (request.method ?? 'GET') === 'GET' || request.idempotencyKey !== undefined;
    for (const pause of mayRepeat ? PAUSES_MS : []) {
      const response = await once(request).catch(() => null);
      signal.throwIfAborted();
      const asked = response && waitOf(response);
      if (response && asked === null && !WORTH_REPEATING.has(response.status)) return response;
      await sleep(asked ?? pause, undefined, { signal });
    }
    return once(request).catch((cause: unknown) => {
      signal.throwIfAborted();
      throw new CliFailure('unreachable', `The gateway at ${url} does not answer.`, { cause });
    });
  };

  return {
    url,
    ask: async (request) => {
      const response = await patiently(request);
      if (!response.ok) throw await problemOf(response);
      const body: unknown = response.status === 204 ? null : await response.json().catch(() => null);
      const parsed = request.answers.safeParse(body);
      if (parsed.success) return parsed.data;
      throw new CliFailure('broken', `The gateway’s answer to ${request.path} is not of the form that this version knows.`);
    },
  };
};
