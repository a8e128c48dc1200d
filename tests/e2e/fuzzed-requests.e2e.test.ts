import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { join } from 'node:path';
import { projectRoot, startStack, type Stack } from '@keyturn/dev-stack';
import { IssuedToken, Problem } from '@keyturn/contracts/api';
import { exchangeOf, openApiContract, type OpenApiContract } from '@keyturn/testkit/open-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CANARY, fitting, SECRET_CANARY } from './fuzz/fitting.ts';
import { hostileCursor, hostileText, spoilt, spoiltText } from './fuzz/hostile.ts';
import { type Fuzzed, operationsIn } from './fuzz/operations.ts';

// Bad input by the hundreds, made from the document's own schemas, at a whole stack of its own: what is taken of it disturbs no other test.

const varDir = join(projectRoot, 'var', `e2e-fuzz-${process.pid}`);
const RUNS = { body: 12, text: 6, parameters: 8 };
const seed = randomInt(2 ** 31);
const NOBODY = '0198c2f4-7d1e-7c3a-9b52-4f0d6a1e8c33';
/** A program asks, by its own token: what only programs may ask, and what gives a program more than a person. */
const FOR_CONSUMERS = new Set(['resolveCredential', 'issueSubscriberCredentials', 'readLlmConfig', 'resolveExecutionServer']);
/** The answer is what was asked for: the secret. */
const SHOWS_SECRETS = new Set(['revealSecret', 'revealOwnKey', 'resolveCredential', 'resolveExecutionServer', 'readLlmConfig']);

let stack: Stack;
let contract: OpenApiContract;
let consumerToken: string;
let operations: readonly Fuzzed[];
let schemas: Readonly<Record<string, unknown>>;
const statuses = new Map<number, number>();

beforeAll(async () => {
  stack = await startStack({
    varDir,
    ui: false,
    instances: [],
    settings: {
      'api-gateway': { REQUESTS_PER_MINUTE: '1000000', TEST_WAIT_MS: '0' },
      // No provider is really asked.
      'rotation-worker': {
        WORKFLOW_CACHE_DIR: join(projectRoot, 'var', 'cache'),
        PROVIDER_CONNECT_TIMEOUT_MS: '500',
        PROVIDER_URLS: NOWHERE,
      },
    },
  });
  const document: unknown = await (await fetch(`${stack.endpoints.gatewayUrl}/openapi.json`)).json();
  contract = openApiContract(document);
  ({ operations, schemas } = operationsIn(document));
  await stack.api.registerConsumer('fuzz', [{ action: 'read', pattern: '*.*.*' }]);
  const issued = await fetch(`${stack.endpoints.gatewayUrl}/api/v1/admin/consumers/fuzz/tokens`, {
    method: 'POST',
    headers: { authorization: `Bearer ${stack.endpoints.tokens.admin}` },
  });
  consumerToken = IssuedToken.parse(await issued.json()).token;
  console.log(`the seed of these requests is ${seed}`);
});
afterAll(async () => {
  await stack?.stop();
  rmSync(varDir, { recursive: true, force: true });
});

const NOWHERE = ['cloudflare', 'stripe', 'namecheap', 'namecheap-sandbox', 'openai', 'anthropic', 'cohere', 'huggingface', 'replicate']
  .map((name) => `${name}=http://127.0.0.1:9`)
  .join(',');

type Sent = { readonly path?: string; readonly body?: string | Buffer; readonly headers?: Readonly<Record<string, string>> };

/** Asks, and holds the answer against the document, against what was said, and against how a "no" looks. */
const expectDocumented = async ({ id, method, path }: Fuzzed, sent: Sent): Promise<void> => {
  const { gatewayUrl, tokens } = stack.endpoints;
  const url = `${gatewayUrl}${sent.path ?? filled(path)}`;
  const token = FOR_CONSUMERS.has(id) ? consumerToken : tokens.admin;
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'if-match': '*', ...sent.headers },
    ...(sent.body === undefined ? {} : { body: sent.body }),
    signal: AbortSignal.timeout(20_000),
  });
  const exchange = await exchangeOf(method, url, response);
  if (exchange.body === null) await response.body?.cancel();
  statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
  const said = `${exchange.body ?? ''}${JSON.stringify([...response.headers])}`;
  expect({ id, said, isServers: response.status >= 500 }).toMatchObject({ isServers: false });
  expect(await contract.violations(exchange)).toEqual([]);
  if (!SHOWS_SECRETS.has(id)) expect(said).not.toContain(SECRET_CANARY);
  if (response.status < 400) return;
  expect(said).not.toContain(CANARY);
  expect(said).not.toMatch(/node_modules|\bat [\w.<>]+ \(|\.ts:\d+|SELECT |postgres:\/\//u);
  expect(Problem.parse(JSON.parse(exchange.body ?? '')).status).toBe(response.status);
};

const GIVEN: Readonly<Record<string, () => string>> = {
  credentialId: () => stack.credentialId,
  name: () => 'fuzz',
  epoch: () => '1',
  provider: () => 'openai',
  serverId: () => 'fuzz',
  consumer: () => 'fuzz',
};
/** Beside made ones the one that there is. */
const given = (name: string): fc.Arbitrary<string>[] => (GIVEN[name] === undefined ? [] : [fc.constant(GIVEN[name]())]);
const cursors = (name: string): fc.Arbitrary<string>[] => (name === 'cursor' ? [hostileCursor] : []);
const filled = (path: string, params: Readonly<Record<string, string>> = {}): string =>
  path.replaceAll(/\{(\w+)\}/gu, (_all, name: string) =>
    encodeURIComponent(params[name] ?? GIVEN[name]?.() ?? NOBODY).replaceAll('.', '%2E'),
  );

const expectAlways = async <T>(made: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => Promise<void>): Promise<void> =>
  await fc.assert(fc.asyncProperty(made, holds), {
    seed,
    numRuns,
    endOnFailure: true,
    interruptAfterTimeLimit: 50_000,
    markInterruptAsFailure: true,
  });

it('names only operations that there are', () => {
  const named = [...FOR_CONSUMERS, ...SHOWS_SECRETS];
  expect(named.filter((name) => !operations.some(({ id }) => id === name))).toEqual([]);
});

describe('a body', () => {
  it('that fits its schema, and one that is spoilt, of every operation', async () => {
    for (const operation of operations.filter(({ body }) => body !== null)) {
      const bodies = fc.oneof(fitting(operation.body?.schema ?? {}, schemas), fc.constant(operation.body?.example));
      const some = bodies.chain((body) => fc.oneof({ weight: 4, arbitrary: spoilt(body) }, { weight: 1, arbitrary: fc.constant(body) }));
      await expectAlways(some, RUNS.body, (body) => expectDocumented(operation, { body: JSON.stringify(body) }));
    }
  });

  it('that is no JSON, or says something twice, of every operation', async () => {
    for (const operation of operations.filter(({ body }) => body !== null)) {
      await expectAlways(spoiltText(operation.body?.example), RUNS.text, (body) => expectDocumented(operation, { body }));
    }
  });

  it('that is longer than what is read, of every operation', async () => {
    const body = JSON.stringify({ note: 'x'.repeat(400_000) });
    for (const operation of operations.filter((each) => each.body !== null)) await expectDocumented(operation, { body });
    expect(statuses.get(413)).toBeGreaterThan(0);
  });
});

describe('a parameter', () => {
  const wellFormed = hostileText.map((each) => each.toWellFormed().slice(0, 2_000));
  it('in the path or the query that is not what is meant, of every operation', async () => {
    for (const operation of operations.filter(({ parameters }) => parameters.some((each) => each.in !== 'header'))) {
      const made = Object.fromEntries(
        operation.parameters
          .filter((each) => each.in !== 'header')
          .map((each) => [
            each.name,
            fc.oneof(wellFormed, fitting(each.schema, schemas).map(String), ...given(each.name), ...cursors(each.name)),
          ]),
      );
      await expectAlways(fc.record(made, { requiredKeys: [] }), RUNS.parameters, async (values) => {
        const inQuery = operation.parameters.filter((each) => each.in === 'query' && values[each.name] !== undefined);
        const query = new URLSearchParams(inQuery.map(({ name }): [string, string] => [name, values[name] ?? '']));
        const inPath = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined && value !== '')) as Record<
          string,
          string
        >;
        await expectDocumented(operation, { path: `${filled(operation.path, inPath)}?${query.toString()}` });
      });
    }
  });

  it('that is said twice, is nobody’s, or is no UTF-8', async () => {
    for (const operation of operations.filter(({ method }) => method === 'GET')) {
      for (const query of ['limit=1&limit=2', 'nobody=1', 'limit=%ff%fe', 'cursor=%00', 'a[]=1&a[b]=2', '%', '&&&=']) {
        await expectDocumented(operation, { path: `${filled(operation.path)}?${query}` });
      }
    }
  });
});

describe('a header', () => {
  it('that is not what is meant', async () => {
    const wrong = ['""', '"', 'W/"1.9"', '"a", "b"', '"\u00ff"', `"${CANARY}"`, 'x'.repeat(5_000), '1'.repeat(200)];
    for (const operation of operations.filter(({ method }) => method !== 'GET')) {
      for (const value of wrong) {
        await expectDocumented(operation, { body: '{}', headers: { 'if-match': value } });
        await expectDocumented(operation, { body: '{}', headers: { 'idempotency-key': value } });
      }
    }
    for (const value of ['-1', '1e9', 'x', '9'.repeat(400)]) {
      await expectDocumented(
        operations.find(({ id }) => id === 'streamEvents')!,
        { headers: { 'last-event-id': value } },
      );
    }
  });
});

describe('a path that is spelled to mean another', () => {
  const CREDENTIALS = '/api/v1/admin/credentials';
  /** By hand: `fetch` would tidy it up. */
  const raw = async (target: string, token: string | null): Promise<string> => {
    const { hostname, port } = new URL(stack.endpoints.gatewayUrl);
    const socket = connect(Number(port), hostname);
    const authorization = token === null ? '' : `authorization: Bearer ${token}\r\n`;
    socket.write(`GET ${target} HTTP/1.1\r\nhost: ${hostname}\r\n${authorization}connection: close\r\n\r\n`);
    return await text(socket);
  };
  const expectProblem = (answer: string): void => {
    const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
    expect(head).toMatch(/^content-type: application\/problem\+json$/imu);
    const problem = Problem.parse(JSON.parse(body));
    expect(problem.type).toBe(`/problems/${problem.code}`);
    expect(head.toLowerCase()).toContain(`x-request-id: ${problem.instance}`);
  };

  it.each([
    '/api\\v1\\admin\\credentials',
    `http://evil.test\\${CREDENTIALS}`,
    '*',
    '/api/v1/admin%2Fcredentials',
    `/${CREDENTIALS}`,
    `//evil.test${CREDENTIALS}`,
    `${CREDENTIALS}%00`,
    `${CREDENTIALS}/..;/credentials`,
    `/healthz/..;${CREDENTIALS}`,
    `/docs/..%2f..${CREDENTIALS}`,
    '/api/v1/public/../admin/credentials',
    `${CREDENTIALS};a=b`,
    `${CREDENTIALS}/`,
    `${CREDENTIALS}%20`,
    `${CREDENTIALS}.json`,
    '/API/V1/ADMIN/CREDENTIALS',
    '/%2561pi/v1/admin/credentials',
    '/api/v1/admin/credentials/%c0%ae%c0%ae/x',
    '/admin/..%2f..%2f..%2fetc%2fpasswd',
    '/%5c..%5c..%5cwindows',
    '/openapi.json/../api/v1/admin/credentials',
  ])('gets nobody in, and breaks nothing: %s', async (target) => {
    for (const token of [null, stack.endpoints.tokens.free]) {
      const answer = await raw(target, token);
      expect(answer).toMatch(/^HTTP\/1\.1 (?:4\d\d|200 OK[\s\S]*<!doctype html)/iu);
      if (!answer.startsWith('HTTP/1.1 200')) expectProblem(answer);
      expect(answer).not.toContain('system.postgres');
      expect(answer).not.toContain('root:');
    }
  });
});

describe('afterwards', () => {
  it('requests of every kind were made: ones that were taken, and ones that were refused for each reason', () => {
    const made = [...statuses].toSorted(([a], [b]) => a - b);
    console.log(`answers by status: ${made.map(([status, count]) => `${status}: ${count}`).join(', ')}`);
    expect(made.map(([status]) => status)).toEqual(expect.arrayContaining([200, 201, 400, 404, 409, 413, 422]));
  });

  it('no secret of a request is in any log, and the search finds what is there', () => {
    const logs = join(varDir, 'logs');
    const texts = readdirSync(logs).map((name) => readFileSync(join(logs, name), 'utf8'));
    expect(texts.some((log) => log.includes('"event":"vault.ready"'))).toBe(true);
    expect(texts.filter((log) => log.includes(SECRET_CANARY))).toEqual([]);
  });

  it('everything is up', async () => expect((await fetch(`${stack.endpoints.gatewayUrl}/readyz`)).status).toBe(200));
});
