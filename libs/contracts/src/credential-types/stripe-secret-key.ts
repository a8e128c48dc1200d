import { z } from 'zod';
import { text, type TypeDefinition } from './definition.ts';

export const stripeSecretKey = {
  title: 'Stripe secret key',
  lead: 'Charges, refunds and reads at Stripe.',
  provider: 'Stripe',
  icon: 'stripe',
  docsUrl: 'https://docs.stripe.com/keys',
  mask: 'ends',
  vendorPrefixes: ['sk_', 'rk_'],
  mainSecret: 'secretKey',
  publicFields: z.strictObject({
    accountId: text('The account id', 64)
      .regex(/^acct_[A-Za-z0-9]+$/, 'A Stripe account id begins with acct_.')
      .optional(),
    apiVersion: text('The API version', 40).optional(),
  }),
  secretFields: z.strictObject({
    secretKey: text('The secret key', 256).regex(
      /^((sk|rk)_(test|live)|sk_org)_[A-Za-z0-9_]{8,}$/,
      'A Stripe secret key begins with sk_test_ or sk_live_, a restricted one with rk_test_ or rk_live_.',
    ),
  }),
  neededToRotate: [],
  neededToTest: [],
  display: [
    { name: 'secretKey', label: 'Secret key', help: 'From Developers, API keys. A restricted key is better where it is enough.' },
    { name: 'accountId', label: 'Account id', placeholder: 'acct_…' },
    { name: 'apiVersion', label: 'API version', placeholder: '2025-09-30.clover' },
  ],
  byHand: {
    url: 'https://dashboard.stripe.com/apikeys',
    make: [
      'Open Developers, API keys, in the mode (live or test) of the key of today.',
      'Create a key of the same kind: for a restricted key, copy its permissions. Do not roll the key of today: that sets an end to it.',
      'Reveal the new key once, and bring it here.',
    ],
    remove: [
      'Open Developers, API keys.',
      'Expire the old key now. Stripe may go on taking it for a while; Keyturn asks until it does not.',
    ],
  },
} as const satisfies TypeDefinition;
