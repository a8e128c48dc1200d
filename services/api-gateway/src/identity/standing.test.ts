import { SignJWT, UnsecuredJWT } from 'jose';
import * as oidc from 'openid-client';
import { describe, expect, it } from 'vitest';
import { ServiceUnavailable } from '../faults.ts';
import { NOW, testClock } from '../testing/test-app.ts';
import type { Session } from './session.ts';
import { LONGEST_UNCONFIRMED_MS, standingAtProvider } from './standing.ts';

const ISSUER = 'https://idp.test';
const session: Session = {
  identity: { id: 'ada', name: 'Ada', kind: 'person', roles: ['admin'], tier: null, authenticatedAt: '2026-01-02T03:00:00.000Z' },
  startedAt: NOW,
  seenAt: NOW,
  confirmedAt: NOW,
  refreshToken: 'refresh-1',
};

/** What says nothing of anybody: a provider away, broken, slow, restarting behind its proxy, or at odds with this gateway. */
const FAULTS = {
  down: () => {
    throw new TypeError('fetch failed');
  },
  slow: () => {
    throw new DOMException('The operation timed out', 'TimeoutError');
  },
  broken: () => new Response('upstream is gone', { status: 503 }),
  'a page instead of JSON': () => new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } }),
  'its own word for it': () => Response.json({ error: 'temporarily_unavailable' }, { status: 503 }),
  'not our secret': () => Response.json({ error: 'invalid_client' }, { status: 401, headers: { 'www-authenticate': 'Basic realm="idp"' } }),
};

/** A token endpoint that answers as the test says; what it was asked with is counted. */
const start = (check: 'refresh' | 'none' = 'refresh') => {
  const clock = testClock();
  const state = { answer: 'yes' as keyof typeof FAULTS | 'yes' | 'no', sub: 'ada', roles: ['operator'], asked: [] as (string | null)[] };
  const endpoint = async (_url: string, { body }: { body?: unknown }): Promise<Response> => {
    state.asked.push(new URLSearchParams(String(body)).get('refresh_token'));
    if (state.answer !== 'yes' && state.answer !== 'no') return FAULTS[state.answer]();
    if (state.answer === 'no') return Response.json({ error: 'invalid_grant' }, { status: 400 });
    const seconds = Math.floor(Date.now() / 1000);
    const claims = { iss: ISSUER, aud: 'gateway', sub: state.sub, roles: state.roles, iat: seconds, exp: seconds + 60, auth_time: seconds };
    const secret = new TextEncoder().encode('s'.repeat(32));
    const id_token = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(secret);
    return Response.json({ access_token: new UnsecuredJWT({}).encode(), token_type: 'bearer', id_token, refresh_token: 'refresh-2' });
  };
  const metadata = { issuer: ISSUER, token_endpoint: `${ISSUER}/token` };
  const configuration = new oidc.Configuration(
    metadata,
    'gateway',
    { id_token_signed_response_alg: 'HS256' },
    oidc.ClientSecretBasic('s'.repeat(32)),
  );
  configuration[oidc.customFetch] = endpoint;
  const standing = standingAtProvider({ check, clock, provider: { configuration: async () => configuration } });
  const at = async (ms: number, shown = session) => {
    clock.set(NOW + ms);
    return await standing.confirm(shown);
  };
  return { state, at };
};

const FAULT_NAMES = Object.keys(FAULTS).filter((name): name is keyof typeof FAULTS => name in FAULTS);

describe('whether the provider stands by a session', () => {
  it('is not asked within half a minute', async () => {
    const { state, at } = start();
    expect([await at(29_999), state.asked]).toEqual([session, []]);
  });

  it('is asked then, and its newest word on the person taken; when they signed in stays', async () => {
    const { at } = start();
    expect(await at(30_000)).toEqual({
      ...session,
      identity: { ...session.identity, issuer: ISSUER, name: 'ada', roles: ['operator'] },
      confirmedAt: NOW + 30_000,
      refreshToken: 'refresh-2',
    });
  });

  it('is asked once for all requests that show the same cookie', async () => {
    const { state, at } = start();
    await Promise.all([at(30_000), at(30_000), at(30_001)]);
    expect(state.asked).toEqual(['refresh-1']);
    await at(60_000);
    expect(state.asked).toEqual(['refresh-1', 'refresh-1']);
  });

  it('is denied where it says no, or speaks of somebody else', async () => {
    const { state, at } = start();
    state.answer = 'no';
    expect(await at(30_000)).toBe(null);
    const other = start();
    other.state.sub = 'eve';
    expect(await other.at(30_000)).toBe(null);
  });

  it('is denied for a cookie that holds nothing to ask with', async () => {
    const { refreshToken: _none, ...older } = session;
    expect(await start().at(30_000, older)).toBe(null);
  });

  it.each(FAULT_NAMES)('is believed for a short while, and nobody let in after it: %s', async (fault) => {
    const { state, at } = start();
    state.answer = fault;
    expect(await at(LONGEST_UNCONFIRMED_MS - 1)).toEqual(session);
    await expect(at(LONGEST_UNCONFIRMED_MS)).rejects.toThrow(ServiceUnavailable);
    state.answer = 'yes';
    expect(await at(LONGEST_UNCONFIRMED_MS)).toMatchObject({ refreshToken: 'refresh-2' });
  });

  it('is never asked where the provider has no refresh tokens, by its setting', async () => {
    const { state, at } = start('none');
    expect([await at(3_600_000), state.asked]).toEqual([session, []]);
  });
});
