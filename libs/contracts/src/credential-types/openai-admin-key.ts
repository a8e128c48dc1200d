import { z } from 'zod';
import { apiKey, type TypeDefinition } from './definition.ts';

export const openAiAdminKey = {
  title: 'OpenAI admin key',
  lead: 'Issues the keys of an OpenAI organization’s projects to other credentials.',
  provider: 'OpenAI',
  icon: 'openai',
  docsUrl: 'https://platform.openai.com/settings/organization/admin-keys',
  mask: 'ends',
  vendorPrefixes: ['sk-'],
  mainSecret: 'adminKey',
  publicFields: z.strictObject({}),
  secretFields: z.strictObject({
    adminKey: apiKey('The admin key').regex(/^sk-admin-[\w-]{8,}$/, 'An OpenAI admin key begins with sk-admin-.'),
  }),
  neededToRotate: [],
  neededToTest: [],
  display: [
    { name: 'adminKey', label: 'Admin key', help: 'From the organization’s settings, Admin keys. A project’s key is another one.' },
  ],
  byHand: {
    url: 'https://platform.openai.com/settings/organization/admin-keys',
    make: ['Open Settings, Organization, Admin keys, and create a key.', 'Bring it here.'],
    remove: ['Revoke the old admin key.'],
  },
} as const satisfies TypeDefinition;
