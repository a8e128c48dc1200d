import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Sensitive } from '@keyturn/kernel';
import { afterEach, describe, expect, it } from 'vitest';
import { clientCredentials, NoToken } from '../src/index.ts';
import { TryLater } from '../src/try-later.ts';

type Answer = { readonly status: number; readonly retryAfter?: string };
const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) server.close();
});

/** A sign-in provider whose token endpoint answers what it is told to next; afterwards with tokens that are good for an hour. */
const startProvider = async (answers: Answer[]) => {
  const state = { asked: 0 };
  const say = (response: ServerResponse, status: number, body: unknown, headers = {}): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  const server = createServer((request, response) => {
    request.resume();
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    if (request.url !== '/token') return say(response, 200, { issuer: `${issuer}/`, token_endpoint: `${issuer}/token` });
    state.asked += 1;
    const { status, retryAfter } = answers.shift() ?? { status: 200 };
    const headers = retryAfter === undefined ? {} : { 'retry-after': retryAfter };
    return say(response, status, { access_token: `token-${state.asked}`, token_type: 'Bearer', expires_in: 3600 }, headers);
  });
  open.push(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const token = clientCredentials({ issuer, clientId: 'orders', clientSecret: new Sensitive('s3cret') });
  return { state, token };
};

const failureOf = (token: () => Promise<unknown>): Promise<unknown> =>
  token().then(
    () => null,
    (fault: unknown) => fault,
  );

describe('client credentials', () => {
  it.each([408, 429, 500, 503])('take an answer %i for a fault that passes, not for a refusal', async (status) => {
    const { token } = await startProvider([{ status }]);
    expect(await failureOf(token)).toBeInstanceOf(TryLater);
    expect((await token()).reveal()).toBe('token-2');
  });

  it.each([400, 401, 403])('take an answer %i for a refusal', async (status) => {
    const { token } = await startProvider([{ status }]);
    expect(await failureOf(token)).toBeInstanceOf(NoToken);
  });

  it('do not ask again before the provider wants to be asked', async () => {
    const { token, state } = await startProvider([{ status: 429, retryAfter: '600' }]);
    expect(await failureOf(token)).toMatchObject({ name: 'TryLater', waitMs: 600_000 });
    const again = await failureOf(token);
    expect(again).toBeInstanceOf(TryLater);
    expect((again as TryLater).waitMs).toBeGreaterThan(500_000);
    expect(state.asked).toBe(1);
  });

  it('go on with the last token while the provider wants to be left alone', async () => {
    const { token, state } = await startProvider([{ status: 200 }, { status: 429, retryAfter: '600' }]);
    const given = [await token(), await token(), await token()].map((each) => each.reveal());
    expect({ given, asked: state.asked }).toEqual({ given: ['token-1', 'token-1', 'token-1'], asked: 2 });
  });
});
