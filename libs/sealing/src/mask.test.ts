import { expect, it } from 'vitest';
import { mask } from './mask.ts';

it.each([
  ['user_api_key', 'sk-1234567890abcdef5678', 'sk-1234...5678'],
  ['user_api_key', 'hf_AbCdEfGhIjKlMnOpQrSt', 'hf_AbCd...QrSt'],
  ['stripe_secret_key', 'sk_live_51H0000000000wxyz', 'sk_live...wxyz'],
  ['stripe_secret_key', 'rk_live_51H0000000000wxyz', 'rk_live...wxyz'],
  ['openai_admin_key', 'sk-admin-0123456789abcdef', 'sk-admi...cdef'],
  ['user_api_key', 'co-AbCdEfGhIjKlMnOpQrSt', 'co-AbCd...QrSt'],
  ['user_api_key', 'r8_AbCdEfGhIjKlMnOpQrSt', 'r8_AbCd...QrSt'],
  ['user_api_key', 'ab1-cdefghijklmnopqrstuv', 'ab1-...stuv'],
  ['cloudflare_api_token', 'abcdefghijklmnopqrst', 'abcd...qrst'],
  ['cloudflare_api_token', 'ab1-cdefghijklmnopqrst', 'ab1-...qrst'],
  ['cloudflare_api_token', 'ab12_defghijklmnopqrst', 'ab12...qrst'],
  ['namecheap_api_key', '0123456789abcdef0123456789abcdef', '0123...cdef'],
  ['oauth_client_secret', 'sk-1234567890abcdef5678', '••••••'],
  ['cloudflare_api_token', 'abcdefghijklmnopqrs', '••••••'],
  ['cloudflare_api_token', '', '••••••'],
  ['database_password', 'a-very-long-password-indeed', '••••••'],
  ['generic', 'sk-1234567890abcdef5678', '••••••'],
  ['never heard of', 'sk-1234567890abcdef5678', '••••••'],
])('shows a %s of %s as %s', (type, value, shown) => expect(mask(type, value)).toBe(shown));
