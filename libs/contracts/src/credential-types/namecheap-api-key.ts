import { z } from 'zod';
import { text, type TypeDefinition } from './definition.ts';

export const namecheapApiKey = {
  title: 'NameCheap API key',
  lead: 'Manages domains and host records at NameCheap.',
  provider: 'NameCheap',
  icon: 'namecheap',
  docsUrl: 'https://www.namecheap.com/support/api/intro/',
  mask: 'ends',
  mainSecret: 'apiKey',
  publicFields: z.strictObject({
    apiUser: text('The API user', 100).optional(),
    userName: text('The user name', 100).optional(),
    clientIp: z.ipv4('The client IP is an IPv4 address such as 203.0.113.10.').optional(),
    sandbox: z.enum(['true', 'false'], 'Sandbox is true or false.').optional(),
  }),
  secretFields: z.strictObject({
    apiKey: text('The API key', 128).regex(
      /^[A-Za-z0-9]{16,128}$/,
      'A NameCheap API key has 16 characters or more, letters and digits only.',
    ),
  }),
  neededToRotate: ['apiUser', 'clientIp'],
  neededToTest: ['apiUser', 'clientIp'],
  display: [
    { name: 'apiUser', label: 'API user', help: 'The account that the key belongs to.' },
    { name: 'apiKey', label: 'API key', help: 'From Profile, Tools, API Access.' },
    { name: 'userName', label: 'User name', help: 'The account that is acted for; usually the API user itself.' },
    {
      name: 'clientIp',
      label: 'Client IP',
      help: 'The address that calls come from. It must be on the list at NameCheap.',
      placeholder: '203.0.113.10',
    },
    { name: 'sandbox', label: 'Sandbox', help: 'The sandbox has accounts and keys of its own.' },
  ],
  oneAtATime: {},
  byHand: {
    url: 'https://ap.www.namecheap.com/settings/tools/apiaccess/',
    make: [
      'NameCheap has one key an account: a new one ends the old one at once, so choose a moment in which that is borne.',
      'Open Profile, Tools, API Access, and reset the key.',
      'Bring the new key here at once.',
    ],
    remove: ['Nothing is to be done: the reset ended the old key.'],
  },
} as const satisfies TypeDefinition;
