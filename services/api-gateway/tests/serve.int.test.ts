import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { querySubject } from '@keyturn/contracts';
import { Problem } from '@keyturn/contracts/api';
import { mintAccessToken, waitUntil } from '@keyturn/dev-stack';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CREDENTIAL, type TestGateway, testGateway } from './test-gateway.ts';

const CREDENTIALS = '/api/v1/admin/credentials';
let gateway: TestGateway;
let authorization: string;
beforeAll(async () => {
  gateway = await testGateway();
  authorization = `Bearer ${await mintAccessToken({ oidcDir: inject('oidcDir'), issuer: inject('oidcIssuer'), account: 'admin' })}`;
});
afterAll(() => gateway.dispose());

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  fetch(`${gateway.url}${path}`, { ...init, headers: { authorization, ...Object.fromEntries(new Headers(init.headers)) } });
const rotate = (init: RequestInit = {}): Promise<Response> => ask(`${CREDENTIALS}/${CREDENTIAL}/rotations`, { method: 'POST', ...init });

/** What is answered to bytes written by hand: `fetch` would tidy them up. */
const rawAnswer = async (bytes: string): Promise<{ status: number; headers: Headers; body: string }> => {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write(bytes);
  const [head = '', body = ''] = (await text(socket)).split('\r\n\r\n', 2);
  const [first = '', ...lines] = head.split('\r\n');
  const headers = new Headers(lines.map((line) => line.split(': ', 2) as [string, string]));
  return { status: Number(first.split(' ')[1]), headers, body };
};
const get = (target: string, headers = 'host: x\r\n'): string => `GET ${target} HTTP/1.1\r\n${headers}connection: close\r\n\r\n`;

/** A problem like any other, with a request id and the headers of every answer. */
const expectProblem = ({ status, headers, body }: Awaited<ReturnType<typeof rawAnswer>>, code: string): void => {
  expect(headers.get('content-type')).toBe('application/problem+json');
  const problem = Problem.parse(JSON.parse(body));
  expect(problem).toMatchObject({ type: `/problems/${code}`, code, status });
  expect(problem.instance).toMatch(/^[\w-]{36}$/u);
  expect(headers.get('x-request-id')).toBe(problem.instance);
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('cache-control')).toBe('no-store');
};

describe('on a real socket', () => {
  it.each([
    [`/${CREDENTIALS}`, 401, 'unauthenticated'],
    ['/api/v1/admin%2Fcredentials', 401, 'unauthenticated'],
    ['/api/v1/../v1/admin/credentials', 401, 'unauthenticated'],
    ['/%61pi/v1/admin/credentials', 401, 'unauthenticated'],
    [`http://evil.test${CREDENTIALS}`, 401, 'unauthenticated'],
    ['/api\\v1\\admin\\credentials', 400, 'request-unreadable'],
    ['http://evil.test\\api', 400, 'request-unreadable'],
    ['http://', 400, 'request-unreadable'],
    ['*', 400, 'request-unreadable'],
  ])('nobody gets in by %s: %i %s', async (target, status, code) => {
    const answer = await rawAnswer(get(target));
    expect(answer.status).toBe(status);
    expectProblem(answer, code);
  });

  it.each([
    ['a Host that is none', get(CREDENTIALS, 'host: a b/c\r\n'), 400, 'request-unreadable'],
    ['no Host', get(CREDENTIALS, ''), 400, 'request-unreadable'],
    ['no HTTP', 'hello\r\n\r\n', 400, 'request-unreadable'],
    ['two lengths', get(CREDENTIALS, 'host: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n'), 400, 'request-unreadable'],
    ['an expectation that nobody knows', get(CREDENTIALS, 'host: x\r\nexpect: wonders\r\n'), 417, 'expectation-unknown'],
    ['a header of 16 KiB', get(CREDENTIALS, `host: x\r\nx-long: ${'x'.repeat(16_384)}\r\n`), 431, 'headers-too-large'],
  ])('%s is a problem too, and nothing of it is repeated', async (_what, bytes, status, code) => {
    const answer = await rawAnswer(bytes);
    expect(answer.status).toBe(status);
    expectProblem(answer, code);
    expect(answer.body).not.toMatch(/wonders|xxx|hello/u);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('a token of a megabyte is not read to its end, and gets nobody in', async () => {
    const token = `${authorization}${'A'.repeat(1_000_000)}`;
    const answer = await rawAnswer(get(CREDENTIALS, `host: x\r\nauthorization: ${token}\r\n`));
    expect(answer.status).toBe(431);
    expectProblem(answer, 'headers-too-large');
  });

  it('a token that fits the headers and is longer than any good one is a 401', async () => {
    const answer = await rawAnswer(get(CREDENTIALS, `host: x\r\nauthorization: ${authorization}${'A'.repeat(12_000)}\r\n`));
    expect(answer.status).toBe(401);
    expectProblem(answer, 'token-invalid');
  });

  it('survives a client that goes away in the middle of its body', async () => {
    const socket = connect(gateway.port, '127.0.0.1');
    socket.write(`POST ${CREDENTIALS} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{"a":`);
    await once(socket, 'connect');
    socket.destroy();
    expect((await ask('/healthz')).status).toBe(200);
  });

  it('refuses a body that is too large, and goes on', async () => {
    const response = await ask(CREDENTIALS, { method: 'POST', body: 'x'.repeat(300_000), headers: { 'content-type': 'application/json' } });
    expect(await response.json()).toMatchObject({ status: 413, code: 'body-too-large' });
    expect((await ask('/healthz')).status).toBe(200);
  });
});

describe('the vault behind it', () => {
  it('is a 503 at once while nobody serves', async () => {
    expect(await (await rotate()).json()).toMatchObject({ status: 503, code: 'vault-unavailable' });
    expect(await (await ask(`${CREDENTIALS}/${CREDENTIAL}/timeline`)).json()).toMatchObject({ status: 503, code: 'audit-unavailable' });
  });

  it('gets the command with its id and its caller, and answers', async () => {
    const heard: unknown[] = [];
    const serving = gateway.vault.serve('keyturn.cmd.vault.rotation.request', {}, async ({ payload }) => {
      heard.push(payload);
      return heard.length > 2 ? { refusal: { code: 'rotation-open', epoch: 7 } } : { ok: { credentialId: CREDENTIAL, epoch: 7 } };
    });
    await gateway.vault.flush();
    const headers = { 'idempotency-key': 'press-1' };
    const responses = [await rotate({ headers }), await rotate({ headers }), await rotate()];
    await serving.stop();
    expect(responses.map(({ status }) => status)).toEqual([202, 202, 409]);
    const [first, again, other] = heard as { commandId: string; actor: unknown }[];
    expect(first).toMatchObject({
      actor: { kind: 'person', id: 'admin', roles: ['admin'], ip: '127.0.0.1' },
      data: { credentialId: CREDENTIAL },
    });
    expect(again?.commandId).toBe(first?.commandId);
    expect(other?.commandId).not.toBe(first?.commandId);
  });

  it('is a 500 without a word of why when it fails', async () => {
    const serving = gateway.vault.serve('keyturn.cmd.vault.rotation.request', {}, () => Promise.reject(new Error('canary-hunter2')));
    await gateway.vault.flush();
    const response = await rotate();
    await serving.stop();
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('canary');
  });
});

describe('readiness', () => {
  it('names what is down until all is up', async () => {
    expect(await (await ask('/readyz')).json()).toEqual({ status: 'down', down: ['vault', 'audit'] });
    const healthy = async () => ({ ok: { ok: true, down: [], position: 0 } });
    const serving = [
      gateway.vault.serve(querySubject('vault', 'health.check'), {}, healthy),
      gateway.audit.serve(querySubject('audit', 'health.check'), {}, async () => ({ ok: { ok: false, down: ['database'], position: 0 } })),
    ];
    await Promise.all([gateway.vault.flush(), gateway.audit.flush()]);
    const down = async (): Promise<unknown> => (await ask('/readyz')).json();
    await waitUntil(async () => JSON.stringify(await down()) === '{"status":"down","down":["audit: database"]}', { timeoutMs: 15_000 });
    expect(await down()).toEqual({ status: 'down', down: ['audit: database'] });
    await Promise.all(serving.map((each) => each.stop()));
  });
});

describe('the event stream', () => {
  /** Reads until `count` events are there; answers their ids. */
  const listen = async (count: number, headers: Record<string, string> = {}, meanwhile?: () => Promise<void>): Promise<number[]> => {
    const stop = new AbortController();
    const response = await ask('/api/v1/events', { headers, signal: stop.signal });
    await meanwhile?.();
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true });
      if ((text.match(/^id: /gm)?.length ?? 0) >= count) break;
    }
    stop.abort();
    return [...text.matchAll(/^id: (\d+)$/gm)].map((match) => Number(match[1]));
  };

  it('tells what the vault publishes, resumes, and outlives the stream and NATS, without JetStream', async () => {
    await gateway.createStream();
    await gateway.publish(1);
    await gateway.publish(2);
    const live = async (): Promise<void> => {
      await gateway.publish(3);
      await gateway.publish(4);
    };
    const reads = async (position: number): Promise<boolean> =>
      (await listen(1, { 'last-event-id': String(position - 1) })).includes(position);
    await waitUntil(() => reads(2), { timeoutMs: 15_000 });
    expect(await listen(2, { 'last-event-id': '2' }, live)).toEqual([3, 4]);
    expect(await listen(3, { 'last-event-id': '1' })).toEqual([2, 3, 4]);

    await gateway.deleteStream();
    await gateway.createStream();
    for (const position of [1, 2, 3, 4, 5]) await gateway.publish(position);
    expect(await listen(1, { 'last-event-id': '4' })).toEqual([5]);

    await gateway.restartNats();
    await waitUntil(() => gateway.vault.isConnected(), { timeoutMs: 15_000 });
    await waitUntil(async () => !((await (await ask('/readyz')).json()) as { down: string[] }).down.includes('events'), {
      timeoutMs: 15_000,
    });
    expect(await listen(1, { 'last-event-id': '5' }, () => gateway.publish(6))).toEqual([6]);
  });
});
