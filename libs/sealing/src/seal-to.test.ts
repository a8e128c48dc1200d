import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { newRevealKey, sealerTo } from './seal-to.ts';

const secret = new Sensitive({ fields: { password: 'canary' } });

describe('what is sealed to somebody’s own key', () => {
  it('opens with that key only', async () => {
    const [key, other] = [await newRevealKey(), await newRevealKey()];
    const sealed = await (await sealerTo(key.publicKey))?.(secret, 'about');
    if (!sealed) throw new Error('not sealed');
    expect(JSON.stringify(sealed)).not.toContain('canary');
    expect((await key.open(sealed))?.reveal()).toEqual(secret.reveal());
    expect(await other.open(sealed)).toBeNull();
  });
  it('does not open after any change', async () => {
    const key = await newRevealKey();
    const sealed = await (await sealerTo(key.publicKey))?.(secret, 'about');
    if (!sealed) throw new Error('not sealed');
    expect(await key.open({ ...sealed, aad: 'another' })).toBeNull();
    const other = sealed.ciphertext.startsWith('A') ? 'B' : 'A';
    expect(await key.open({ ...sealed, ciphertext: `${other}${sealed.ciphertext.slice(1)}` })).toBeNull();
    expect(await key.open({ ...sealed, enc: 'not base64url!' })).toBeNull();
  });
  it.each(['', 'too-short', 'A'.repeat(43)])('is not sealed to %o, which is no key', async (key) => expect(await sealerTo(key)).toBeNull());
});
