import { describe, expect, it } from 'vitest';
import { identityOfClaims } from './claims.ts';

const SUB = '6f5a8a54-2f0e-4c9a-8a5c-0d0a4b8f1c11';
const kindOf = (claims: object) => identityOfClaims({ sub: SUB, ...claims })?.kind;

/** As Keycloak 26 makes it for `grant_type=client_credentials` with the default scopes. */
const KEYCLOAK_SERVICE_ACCOUNT = {
  sub: SUB,
  typ: 'Bearer',
  azp: 'CI-Deploy',
  client_id: 'CI-Deploy',
  clientHost: '10.0.0.7',
  clientAddress: '10.0.0.7',
  preferred_username: 'service-account-ci-deploy',
  email_verified: false,
};
/** As Keycloak makes it for somebody who signed in. */
const KEYCLOAK_PERSON = { sub: SUB, typ: 'Bearer', azp: 'keyturn', sid: 's', name: 'Ada Admin', preferred_username: 'ada' };

describe('the claims of a token', () => {
  it("are a program's where Keycloak gave it to a service account, whose subject is not its client", () => {
    expect(identityOfClaims(KEYCLOAK_SERVICE_ACCOUNT)).toMatchObject({ id: SUB, kind: 'program', name: 'CI-Deploy' });
  });

  it.each([
    [
      'in an older Keycloak, which adds no client_id',
      { azp: 'CI-Deploy', clientHost: 'ci', preferred_username: 'service-account-ci-deploy' },
    ],
    ['without the scope profile', { azp: 'CI-Deploy', client_id: 'CI-Deploy', clientAddress: '10.0.0.7' }],
    ['whose subject is its client (RFC 9068)', { sub: 'ci', client_id: 'ci' }],
    ['whose subject is its authorised party', { sub: 'ci', azp: 'ci' }],
  ])("are a program's %s", (_how, claims) => {
    expect(kindOf(claims)).toBe('program');
  });

  it.each([
    ['whom Keycloak signed in', KEYCLOAK_PERSON],
    ['whom another provider signed in (RFC 9068: it names the client too)', { client_id: 'keyturn', name: 'Ada' }],
    ['whose name only looks like a service account', { azp: 'keyturn', preferred_username: 'service-account-ci' }],
    ['of whom no client is known', { preferred_username: 'service-account-undefined' }],
  ])("are a person's %s", (_who, claims) => {
    expect(kindOf(claims)).toBe('person');
  });

  it.each(['service-account-ci-deploy', 'Service-Account-CI-Deploy'])(
    'are nobody’s where the name %s alone speaks for a program: anybody may choose it',
    (preferred_username) => {
      expect(identityOfClaims({ sub: SUB, azp: 'CI-Deploy', preferred_username })).toBe(null);
      expect(identityOfClaims({ sub: SUB, client_id: 'CI-Deploy', preferred_username, auth_time: 1_767_000_000 })).toBe(null);
    },
  );

  it('give a person its own name', () => {
    expect(identityOfClaims(KEYCLOAK_PERSON)?.name).toBe('Ada Admin');
    expect(identityOfClaims({ sub: SUB, azp: 'keyturn', preferred_username: 'ada' })?.name).toBe('ada');
  });

  it('without a subject name nobody', () => {
    expect([identityOfClaims({ azp: 'ci' }), identityOfClaims({ sub: '' }), identityOfClaims(null)]).toEqual([null, null, null]);
  });
});
