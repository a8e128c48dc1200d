import { z } from 'zod';
import { text, type TypeDefinition, webUrl } from './definition.ts';

export const oauthClientSecret = {
  title: 'OAuth client secret',
  lead: 'Lets a program get tokens of its own from an OAuth or OIDC provider.',
  provider: null,
  icon: 'oauth',
  docsUrl: 'https://www.keycloak.org/docs/latest/server_admin/#_client-credentials',
  mask: 'whole',
  mainSecret: 'clientSecret',
  publicFields: z.strictObject({
    clientId: text('The client id', 255).optional(),
    issuerUrl: webUrl('The issuer URL').optional(),
    tokenUrl: webUrl('The token URL').optional(),
    scope: text('The scope', 1000).optional(),
  }),
  secretFields: z.strictObject({ clientSecret: text('The client secret', 4096) }),
  neededToRotate: ['clientId', 'issuerUrl'],
  neededToTest: ['clientId', ['issuerUrl', 'tokenUrl']],
  destinations: ['issuerUrl', 'tokenUrl'],
  display: [
    { name: 'clientId', label: 'Client id' },
    { name: 'clientSecret', label: 'Client secret' },
    {
      name: 'issuerUrl',
      label: 'Issuer URL',
      help: 'Of a realm at Keycloak, for instance.',
      placeholder: 'https://sso.example.com/realms/main',
    },
    { name: 'tokenUrl', label: 'Token URL', help: 'Only where the issuer has no discovery document.' },
    { name: 'scope', label: 'Scope', help: 'What is asked for along with a token.' },
  ],
  issued: { by: 'oauth_client_secret' },
  byHand: {
    url: null,
    make: ['Have the sign-in provider make another secret of this client, beside the one of today where it can.', 'Bring it here.'],
    remove: ['Remove the old secret of the client.'],
  },
} as const satisfies TypeDefinition;
