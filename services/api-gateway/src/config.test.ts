import { describe, expect, it } from 'vitest';
import { loadConfig } from './config.ts';

const ENVIRONMENT = {
  PORT: '8080',
  PUBLIC_URL: 'https://keyturn.test/',
  NATS_URL: 'nats://nats:4222',
  NATS_CREDS_FILE: '/run/nats.creds',
  NATS_ACCOUNT: `A${'B'.repeat(55)}`,
  NATS_SIGNING_KEY_FILE: '/run/subscriber-signer.nk',
  OIDC_ISSUER: 'https://idp.test',
  OIDC_CLIENT_ID: 'keyturn-gateway',
  OIDC_CLIENT_SECRET_FILE: '/run/client-secret',
  SESSION_KEY_FILE: '/run/session-key',
};

describe('loadConfig', () => {
  it('fills in what may be left out', () => {
    expect(loadConfig(ENVIRONMENT)).toMatchObject({
      port: 8080,
      publicUrl: 'https://keyturn.test',
      oidc: { audience: 'keyturn-api', consumerClaim: 'consumer' },
      subscribers: { natsUrl: 'nats://nats:4222', lifetimeSeconds: 300 },
      adminUiDir: null,
      temporalUiUrl: null,
    });
  });
  it.each(['http://127.0.0.1:9', 'http://localhost:9', 'http://[::1]:9'])('takes %s as issuer', (issuer) => {
    expect(loadConfig({ ...ENVIRONMENT, OIDC_ISSUER: issuer }).oidc.issuer).toBe(issuer);
  });
  it.each(['http://idp.test', 'ftp://idp.test', 'idp', 'http://127.0.0.1.evil.test'])('does not take %s as issuer', (issuer) => {
    expect(() => loadConfig({ ...ENVIRONMENT, OIDC_ISSUER: issuer })).toThrow('OIDC_ISSUER');
  });
  it('lets pages of no other origin in, unless it is told of them', () => {
    expect(loadConfig(ENVIRONMENT).corsOrigins).toEqual([]);
    const CORS_ORIGINS = 'https://portal.test, http://localhost:3000';
    expect(loadConfig({ ...ENVIRONMENT, CORS_ORIGINS }).corsOrigins).toEqual(['https://portal.test', 'http://localhost:3000']);
  });
  it.each(['*', 'null', 'portal.test', 'https://portal.test/', 'https://*.test', 'https://a.test,*'])(
    'takes %s for no origin',
    (CORS_ORIGINS) => {
      expect(() => loadConfig({ ...ENVIRONMENT, CORS_ORIGINS })).toThrow('CORS_ORIGINS');
    },
  );
  it('names what is wrong and never shows it', () => {
    const wrong = { ...ENVIRONMENT, SESSION_KEY_FILE: 'a-key-instead-of-its-file', PORT: 'x' };
    expect(() => loadConfig(wrong)).toThrow(/^(?!.*a-key-instead).*PORT.*SESSION_KEY_FILE/);
  });
});
