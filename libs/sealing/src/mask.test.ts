import { expect, it } from 'vitest';
import { mask } from './mask.ts';

it.each([
  ['user_api_key', 'sk-1234567890abcdef5678', 'sk-1234...5678'],
  ['user_api_key', 'hf_AbCdEfGhIjKlMnOpQrSt', 'hf_AbCd...QrSt'],
  ['stripe_secret_key', 'sk_live_51H0000000000wxyz', 'sk_live...wxyz'],
  ['cloudflare_api_token', 'abcdefghijklmnopqrst', 'abcd...qrst'],
  ['cloudflare_api_token', 'abcdefghijklmnopqrs', '••••••'],
  ['cloudflare_api_token', '', '••••••'],
  ['database_password', 'a-very-long-password-indeed', '••••••'],
  ['generic', 'sk-1234567890abcdef5678', '••••••'],
  ['never heard of', 'sk-1234567890abcdef5678', '••••••'],
])('shows a %s of %s as %s', (type, value, shown) => expect(mask(type, value)).toBe(shown));
