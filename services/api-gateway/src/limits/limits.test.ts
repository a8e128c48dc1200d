import { ok, refuse } from '@keyturn/kernel';
import { newApiToken } from '@keyturn/sealing';
import { silentLogger } from '@keyturn/telemetry';
import { describe, expect, it } from 'vitest';
import { memoryVault } from '../testing/memory-services.ts';
import { bearer, json, NOW, testApp, testClock } from '../testing/test-app.ts';
import { MOST_GUESSES } from './guess-lockout.ts';
import { limitsOf } from './limits-of.ts';

const start = (requestsPerMinute: number, vault = memoryVault()) => {
  const clock = testClock();
  const { app, sessionFor } = testApp({ vault, clock, ...limitsOf({ requestsPerMinute, clock }) });
  const ask = (path: string, headers: Record<string, string>) => app.request(path, { headers });
  return { app, clock, ask, sessionFor };
};
const SESSION = '/api/v1/session';

describe('an identity that asks too much', () => {
  it('is told when to come again, whether it shows a token or a cookie, and nobody else is', async () => {
    const { ask, clock, sessionFor } = start(2);
    const cookie = { cookie: await sessionFor(['admin']) };
    for (const headers of [bearer('admin'), cookie]) {
      expect([(await ask(SESSION, headers)).status, (await ask(SESSION, headers)).status]).toEqual([200, 200]);
      const refused = await ask(SESSION, headers);
      expect(await refused.json()).toMatchObject({ status: 429, code: 'too-many-requests' });
      expect(refused.headers.get('retry-after')).toBe('30');
    }
    expect((await ask(SESSION, bearer('auditor'))).status).toBe(200);
    clock.set(NOW + 30_000);
    expect((await ask(SESSION, bearer('admin'))).status).toBe(200);
  });
});

describe('guessing', () => {
  it('bearer tokens is a 429 after so many, and a good token passes all the same', async () => {
    const { ask } = start(6_000);
    const guess = async (): Promise<number> => (await ask(SESSION, { authorization: 'Bearer nobody' })).status;
    for (let guesses = 0; guesses < MOST_GUESSES; guesses += 1) expect(await guess()).toBe(401);
    const refused = await ask(SESSION, { authorization: 'Bearer nobody' });
    expect(await refused.json()).toMatchObject({ status: 429, code: 'too-many-guesses' });
    expect(refused.headers.get('retry-after')).toBe('60');
    expect((await ask(SESSION, bearer('admin'))).status).toBe(200);
  });

  it('bearer tokens at a route that takes consumers’ own, or users’ that a program shows, is a 429 too, and the log says which problem it is', async () => {
    const lines: { event: string; code?: unknown }[] = [];
    const log = { ...silentLogger, info: (event: string, about?: object) => void lines.push({ event, ...about }) };
    const clock = testClock();
    const { app } = testApp({ clock, log, ...limitsOf({ requestsPerMinute: 6_000, clock }) });
    const codeOf = async (answer: Response) => ((await answer.json()) as { code: string }).code;
    const path = '/api/v1/llm/config?consumer=orders';
    const behalf = async () => app.request(path, { headers: { ...bearer('consumer'), 'x-on-behalf-of': 'Bearer nobody' } });
    const asked = { instance: 'a', publicKey: 'UB5CC5SJWUU4LLLXX6SWINR2DKNSCHVFLW3LRS5NXKJN6NBN7F37FGT2', consumer: 'orders' };
    const body = json(asked);
    const atConsumers = async () =>
      app.request('/api/v1/subscribers/credentials', {
        method: 'POST',
        body: body.body,
        headers: { ...body.headers, authorization: 'Bearer nobody' },
      });
    for (let guesses = 0; guesses < MOST_GUESSES / 2; guesses += 1) {
      expect(await codeOf(await behalf())).toBe('on-behalf-of-invalid');
      expect(await codeOf(await atConsumers())).toBe('token-invalid');
    }
    for (const refused of [await behalf(), await atConsumers()]) {
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
      expect(await codeOf(refused)).toBe('too-many-guesses');
    }
    expect(lines.at(-1)).toMatchObject({ event: 'http.answered', status: 429, code: 'too-many-guesses' });
    expect((await app.request(path, { headers: { ...bearer('consumer'), 'x-on-behalf-of': 'Bearer test-user' } })).status).toBe(200);
  });

  it('API tokens is stopped before the vault is asked, and a consumer that was let in goes on', async () => {
    const keys = ok({ identityPublicKey: 'the-identity', keys: [] });
    const replies: Record<string, ReturnType<typeof ok> | ReturnType<typeof refuse>> = { 'sealing-keys.list': keys };
    const vault = memoryVault(replies as Parameters<typeof memoryVault>[0]);
    const { app, clock } = start(6_000, vault);
    const body = json({ instance: 'a', publicKey: 'UB5CC5SJWUU4LLLXX6SWINR2DKNSCHVFLW3LRS5NXKJN6NBN7F37FGT2', consumer: 'orders' });
    const ask = (token = newApiToken().reveal()) =>
      app.request('/api/v1/subscribers/credentials', {
        method: 'POST',
        body: body.body,
        headers: { ...body.headers, authorization: `Bearer ${token}` },
      });
    const asked = (): number => vault.calls.filter(({ name }) => name === 'consumer.issue-credentials').length;
    const good = newApiToken().reveal();
    expect((await ask(good)).status).toBe(200);
    replies['consumer.issue-credentials'] = refuse({ code: 'api-token-invalid' });
    for (let guesses = 0; guesses < MOST_GUESSES; guesses += 1) expect((await ask()).status).toBe(401);
    expect(asked()).toBe(MOST_GUESSES + 1);
    expect(await (await ask()).json()).toMatchObject({ status: 429, code: 'too-many-guesses' });
    expect(asked()).toBe(MOST_GUESSES + 1);
    delete replies['consumer.issue-credentials'];
    expect((await ask(good)).status).toBe(200);
    clock.set(NOW + 60_000);
    expect((await ask()).status).toBe(200);
  });
});
