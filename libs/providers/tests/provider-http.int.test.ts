import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseEgressAllow, providerHttp, publicOnly } from '../src/http/index.ts';

const CANARY = 'canary-secret-0123456789';
const seen: string[] = [];
let connections = 0;
let answer: RequestListener = (_request, response) => void response.end('hello');
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.on('connection', () => void (connections += 1));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  seen.splice(0);
  connections = 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const within = (list: string, more: object = {}) => {
  const rules = parseEgressAllow(list);
  if (!rules.ok) throw new Error(rules.refusal);
  return providerHttp({ rules: rules.value, ...more });
};
const headers = { authorization: `Bearer ${CANARY}` };
const here = () => `http://127.0.0.1:${port}`;

describe('a call to a provider', () => {
  it('goes where the allow-list says, and brings the answer as it is', async () => {
    answer = (request, response) =>
      response.writeHead(418, { 'retry-after': '7' }).end(request.headers.authorization === headers.authorization ? 'same' : 'lost');
    const reply = await within(`127.0.0.1:${port}`).send({ url: here(), headers });
    expect(reply).toEqual({ status: 418, text: 'same', retryAfterSeconds: 7, date: expect.stringMatching(/^\d{4}-.*Z$/) });
  });

  it('says how long to wait where that is said as a date', async () => {
    const [date, until] = ['Sun, 29 Nov 2026 11:00:00 GMT', 'Sun, 29 Nov 2026 11:05:30 GMT'];
    answer = (_request, response) => response.writeHead(429, { date, 'retry-after': until }).end();
    expect(await within(`127.0.0.1:${port}`).send({ url: here() })).toMatchObject({ status: 429, retryAfterSeconds: 330 });
  });

  it.each([
    ['by its address', () => here()],
    ['by a mapped address', () => `http://[::ffff:127.0.0.1]:${port}`],
    ['in another spelling', () => `http://0x7f.1:${port}`],
    ['as a number', () => `http://2130706433:${port}`],
    ['by a name that leads there', () => `http://localhost:${port}`],
  ])('never reaches loopback %s', async (_how, url) => {
    const reply = await providerHttp({ rules: publicOnly }).send({ url: url(), headers });
    expect(reply).toEqual({ noReply: expect.stringMatching(/^it has a loopback address, which the egress rules forbid/u) });
    expect([seen, connections]).toEqual([[], 0]);
  });

  it('is checked by the port, too', async () => {
    expect(await within('127.0.0.1:1').send({ url: here() })).toEqual({ noReply: expect.stringContaining('egress rules') });
    expect(seen).toEqual([]);
  });

  it.each(['http://169.254.169.254/latest/meta-data', 'http://[fd00:ec2::254]/', 'https://10.0.0.1/', 'https://[fe80::1]/'])(
    'never reaches %s',
    async (url) => {
      expect(await providerHttp({ rules: publicOnly }).send({ url })).toEqual({ noReply: expect.stringContaining('egress rules') });
    },
  );

  it('sends nothing without TLS to a public address', async () => {
    expect(await providerHttp({ rules: publicOnly }).send({ url: 'http://8.8.8.8/', headers })).toEqual({
      noReply: expect.stringContaining('https only'),
    });
  });

  it('follows no redirect', async () => {
    answer = (_request, response) => response.writeHead(302, { location: `${here()}/elsewhere` }).end();
    expect(await within('127.0.0.1').send({ url: here(), headers })).toMatchObject({ status: 302 });
    expect(seen).toEqual(['GET /']);
  });

  it('ends after its time, however slowly the answer drips', async () => {
    let drip: NodeJS.Timeout | undefined;
    answer = (_request, response) => {
      response.writeHead(200);
      drip = setInterval(() => response.write('.'), 20);
    };
    expect(await within('127.0.0.1', { timeoutMs: 300 }).send({ url: here() })).toEqual({ noReply: 'it didn’t answer in time' });
    clearInterval(drip);
  });

  it('takes no more than its size', async () => {
    answer = (_request, response) => response.end('x'.repeat(5_000));
    expect(await within('127.0.0.1', { mostBytes: 4_000 }).send({ url: here() })).toEqual({ noReply: 'its answer is too long' });
    expect(await within('127.0.0.1', { mostBytes: 5_000 }).send({ url: here() })).toMatchObject({ status: 200 });
  });

  it('says what went wrong in words of its own', async () => {
    answer = (request) => request.socket.destroy();
    expect(await within('127.0.0.1').send({ url: here(), headers })).toEqual({ noReply: 'it cut the connection' });
    expect(await within('127.0.0.1').send({ url: 'http://127.0.0.1:1/', headers })).toEqual({ noReply: 'nothing listens there' });
    answer = (request) => void request.socket.end('SSH-2.0-OpenSSH\r\n');
    expect(await within('127.0.0.1').send({ url: here(), headers })).toEqual({ noReply: 'it doesn’t speak HTTP there' });
    expect(await within('127.0.0.1').send({ url: `https://127.0.0.1:${port}/`, headers })).toMatchObject({
      noReply: expect.stringMatching(/TLS|connection/u),
    });
  });
});
