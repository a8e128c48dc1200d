import { readFileSync } from 'node:fs';
import type { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { makeFernetToken } from '../testing/index.ts';
import { type FernetKey, parseFernetKey } from './fernet-key.ts';
import { openFernet } from './fernet-token.ts';

type Vector = { desc?: string; token: string; now: string; ttl_sec?: number; iv?: number[]; src?: string; secret: string };

const vectors = (name: string): Vector[] =>
  JSON.parse(readFileSync(new URL(`../../fixtures/fernet/${name}.json`, import.meta.url), 'utf8')) as Vector[];

const keyOf = ({ secret }: Vector): FernetKey => {
  const key = parseFernetKey(secret);
  if (!key) throw new Error('the vector holds no key');
  return key;
};
const open = (vector: Vector) =>
  openFernet(keyOf(vector), vector.token, { now: new Date(vector.now), ttlSeconds: vector.ttl_sec ?? Number.NaN });
const textOf = (opened: Sensitive<Uint8Array>): string => Buffer.from(opened.reveal()).toString('utf8');

describe('the vectors of the Fernet specification', () => {
  it.each(vectors('generate'))('a token made of $src is the one that is given', (vector) => {
    const made = makeFernetToken(keyOf(vector), {
      iv: Uint8Array.from(vector.iv ?? []),
      now: new Date(vector.now),
      text: vector.src ?? '',
    });
    expect(made).toBe(vector.token);
  });

  it.each(vectors('verify'))('a valid token opens to $src', (vector) => {
    const opened = open(vector);
    expect(opened.ok && textOf(opened.value)).toBe(vector.src);
  });

  it.each(vectors('invalid'))('an invalid token is refused like every other: $desc', (vector) => {
    expect(open(vector)).toEqual({ ok: false, refusal: 'token-invalid' });
  });

  it('are all there', () => {
    expect([vectors('generate').length, vectors('verify').length, vectors('invalid').length]).toEqual([1, 1, 8]);
  });
});

describe('a token', () => {
  const [vector] = vectors('verify');
  if (!vector) throw new Error('no vector');
  const key = keyOf(vector);

  it('opens at any age where no age is asked for', () => {
    expect(openFernet(key, vector.token).ok).toBe(true);
  });

  it('does not open with any one byte changed, nor in another spelling of the same bytes', () => {
    const bytes = Buffer.from(vector.token, 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index] = (changed[index] ?? 0) ^ 1;
      expect(openFernet(key, `${changed.toString('base64url')}==`).ok, `byte ${index}`).toBe(false);
    }
    expect(openFernet(key, vector.token.replace(/==$/, '')).ok).toBe(false);
    expect(openFernet(key, ` ${vector.token}`).ok).toBe(false);
    expect(openFernet(key, vector.token.replaceAll('-', '+').replaceAll('_', '/')).ok).toBe(false);
  });
});
