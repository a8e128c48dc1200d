import { describe, expect, it } from 'vitest';
import { Client, copyOf, HANDLE, slotsBeside } from './client-copy.ts';
import { adminUrlOf } from './realm.ts';

const described = {
  id: 'c-1',
  clientId: 'orders',
  secret: 'canary',
  registrationAccessToken: 'canary',
  enabled: false,
  publicClient: false,
  redirectUris: ['https://shop.example/*'],
  access: { view: true },
  attributes: { 'client.secret.creation.time': '1', 'client.secret.rotated': 'canary', 'access.token.lifespan': '60' },
  protocolMappers: [{ id: 'm-1', name: 'aud', protocol: 'openid-connect' }],
};

describe('a client as Keycloak describes it', () => {
  it('is read without its secrets', () => expect(JSON.stringify(Client.parse(described))).not.toContain('canary'));

  it('is copied with all that it may do, under another id, with our handle, and enabled', () =>
    expect(copyOf(Client.parse(described), { clientId: 'orders-kt1', handle: 'keyturn:1:1.1:2' })).toEqual({
      clientId: 'orders-kt1',
      enabled: true,
      publicClient: false,
      redirectUris: ['https://shop.example/*'],
      attributes: { 'access.token.lifespan': '60', [HANDLE]: 'keyturn:1:1.1:2' },
      protocolMappers: [{ name: 'aud', protocol: 'openid-connect' }],
      serviceAccountsEnabled: false,
      fullScopeAllowed: true,
      authorizationServicesEnabled: false,
    }));
});

describe('the client ids of what is issued', () => {
  const ours = { [HANDLE]: 'keyturn:1:1.1:2' };
  it('are a pair beside the one that a person made, and then the other one of the pair', () => {
    expect(slotsBeside({ clientId: 'orders', attributes: {} })).toEqual(['orders-kt1', 'orders-kt2']);
    expect(slotsBeside({ clientId: 'orders-kt1', attributes: ours })).toEqual(['orders-kt2']);
    expect(slotsBeside({ clientId: 'orders-kt2', attributes: ours })).toEqual(['orders-kt1']);
  });
  it('are beside a person’s client, however that is called', () =>
    expect(slotsBeside({ clientId: 'orders-kt1', attributes: {} })).toEqual(['orders-kt1-kt1', 'orders-kt1-kt2']));
});

describe('the admin API', () => {
  it.each([
    ['https://sso.example/realms/main', 'https://sso.example/admin/realms/main'],
    ['https://sso.example/auth/realms/main/', 'https://sso.example/auth/admin/realms/main'],
  ])('of %s is at %s', (issuer, url) => expect(adminUrlOf(issuer)).toEqual({ ok: true, value: url }));
  it('is nowhere where the issuer is no realm', () =>
    expect(adminUrlOf('https://accounts.example')).toMatchObject({ ok: false, refusal: { code: 'fields-invalid', field: 'issuerUrl' } }));
});
