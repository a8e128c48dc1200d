import { z } from 'zod';
import { text, type TypeDefinition, webUrl } from './definition.ts';

const Token = text('The API token', 256).regex(
  /^[A-Za-z0-9_-]{20,256}$/,
  'A Cloudflare API token has 20 characters or more: letters, digits, - and _.',
);

export const cloudflareApiToken = {
  title: 'Cloudflare API token',
  lead: 'Manages zones and DNS records at Cloudflare.',
  provider: 'Cloudflare',
  icon: 'cloudflare',
  docsUrl: 'https://developers.cloudflare.com/fundamentals/api/get-started/create-token/',
  mask: 'ends',
  mainSecret: 'token',
  publicFields: z.strictObject({
    accountId: text('The account id', 64)
      .regex(/^[0-9a-f]{32}$/, 'A Cloudflare account id is 32 characters of 0-9 and a-f.')
      .optional(),
    apiBaseUrl: webUrl('The API base URL').optional(),
  }),
  secretFields: z.strictObject({ token: Token }),
  neededToRotate: [],
  neededToTest: [],
  destinations: ['apiBaseUrl'],
  defaults: { apiBaseUrl: 'https://api.cloudflare.com/client/v4' },
  display: [
    { name: 'token', label: 'API token', help: 'From My Profile, API Tokens. Not the global API key.' },
    {
      name: 'accountId',
      label: 'Account id',
      help: 'Needed for tokens that an account owns.',
      placeholder: '0123456789abcdef0123456789abcdef',
    },
    { name: 'apiBaseUrl', label: 'API base URL', placeholder: 'https://api.cloudflare.com/client/v4' },
  ],
  issued: { by: 'cloudflare_api_token' },
  byHand: {
    url: 'https://dash.cloudflare.com/profile/api-tokens',
    make: [
      'Create a token with the permissions and resources of the one of today. Do not roll that one: a roll ends it at once.',
      'Bring the new token here.',
    ],
    remove: ['Delete the old token.'],
  },
} as const satisfies TypeDefinition;
