import { describe, expect, it } from 'vitest';
import { offersIn } from './offers.ts';

describe('offersIn', () => {
  it('finds none where nothing is set, or only set empty', () =>
    expect(offersIn({ KEYTURN_POSTGRES_URL: ' ' })).toEqual({ postgres: null, nats: null, temporal: null, oidc: null }));

  it('takes each server by itself', () => {
    expect(offersIn({ KEYTURN_POSTGRES_URL: 'postgres://u:p@db:5432/postgres' }).postgres).toEqual({
      url: 'postgres://u:p@db:5432/postgres',
    });
    expect(offersIn({ KEYTURN_NATS_URL: 'nats://bus:4222', KEYTURN_NATS_KEYS_DIR: '/keys' }).nats).toEqual({
      url: 'nats://bus:4222',
      keysDir: '/keys',
    });
    expect(offersIn({ KEYTURN_OIDC_ISSUER: 'http://idp', KEYTURN_OIDC_DIR: '/oidc' }).oidc).toEqual({ issuer: 'http://idp', dir: '/oidc' });
  });

  it("looks for Temporal's page at its usual port", () => {
    expect(offersIn({ KEYTURN_TEMPORAL_ADDRESS: 'temporal:7233' }).temporal).toEqual({
      address: 'temporal:7233',
      uiUrl: 'http://temporal:8233',
    });
    const named = offersIn({ KEYTURN_TEMPORAL_ADDRESS: '127.0.0.1:7233', KEYTURN_TEMPORAL_UI_URL: 'https://ui' });
    expect(named.temporal?.uiUrl).toBe('https://ui');
  });

  it.each([
    [{ KEYTURN_NATS_URL: 'nats://bus' }, 'KEYTURN_NATS_URL and KEYTURN_NATS_KEYS_DIR belong together'],
    [{ KEYTURN_OIDC_DIR: '/oidc' }, 'KEYTURN_OIDC_ISSUER and KEYTURN_OIDC_DIR belong together'],
    [{ KEYTURN_TEMPORAL_UI_URL: 'http://ui' }, 'KEYTURN_TEMPORAL_UI_URL says nothing without'],
    [{ KEYTURN_TEMPORAL_ADDRESS: 'http://temporal' }, 'KEYTURN_TEMPORAL_ADDRESS is not <host>:<port>'],
  ])('refuses half an offer: %j', (env, sentence) => expect(() => offersIn(env)).toThrow(sentence));

  it('says which URL is wrong, and never what it was', () => {
    const wrong = (): unknown => offersIn({ KEYTURN_POSTGRES_URL: 'hunter2@db' });
    expect(wrong).toThrow(/^KEYTURN_POSTGRES_URL is not a URL/u);
    expect(wrong).not.toThrow(/hunter2/u);
  });
});
