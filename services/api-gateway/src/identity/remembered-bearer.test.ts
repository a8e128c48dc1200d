import { ok, refuse } from '@keyturn/kernel';
import { beforeEach, describe, expect, it } from 'vitest';
import type { VerifyBearer } from './bearer.ts';
import type { Caller } from './identity.ts';
import { REMEMBERED_MS, rememberedBearer } from './remembered-bearer.ts';

const START = Date.parse('2026-01-01T00:00:00Z');
const CALLER = { via: 'bearer', expiresAt: START + 10 * REMEMBERED_MS } as Caller;

describe('the remembered bearer token', () => {
  let now = START;
  let checked: string[] = [];
  let answer: Awaited<ReturnType<VerifyBearer>> = ok(CALLER);
  const setUp = () =>
    rememberedBearer(
      (token) => {
        checked.push(token);
        return Promise.resolve(answer);
      },
      { now: () => new Date(now) },
    );
  beforeEach(() => {
    now = START;
    checked = [];
    answer = ok(CALLER);
  });

  it('is checked once, and again when its time is over', async () => {
    const verify = setUp();
    expect(await verify('a')).toEqual(ok(CALLER));
    now += REMEMBERED_MS - 1;
    expect(await verify('a')).toEqual(ok(CALLER));
    expect(checked).toEqual(['a']);
    now += 1;
    answer = refuse('token-invalid');
    expect(await verify('a')).toEqual(refuse('token-invalid'));
    expect(checked).toEqual(['a', 'a']);
  });

  it('is not taken for another', async () => {
    const verify = setUp();
    await verify('a');
    answer = refuse('token-invalid');
    expect(await verify('b')).toEqual(refuse('token-invalid'));
  });

  it('is checked again once it has expired', async () => {
    answer = ok({ ...CALLER, expiresAt: START + 5 });
    const verify = setUp();
    await verify('a');
    now += 5;
    answer = refuse('token-invalid');
    expect(await verify('a')).toEqual(refuse('token-invalid'));
  });

  it('is not remembered where it was refused', async () => {
    answer = refuse('token-invalid');
    const verify = setUp();
    await verify('a');
    answer = ok(CALLER);
    expect(await verify('a')).toEqual(ok(CALLER));
    expect(checked).toEqual(['a', 'a']);
  });
});
