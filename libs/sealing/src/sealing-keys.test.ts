import { describe, expect, it } from 'vitest';
import { newestSealingKey, SealingKeysUntrusted, verifySealingKeys } from './sealing-keys.ts';
import { generateIdentity, generateSealingKey, signSealingKey } from './vault-keys.ts';

const identity = generateIdentity();
const key = (notAfter: string) => {
  const { id, publicKey } = generateSealingKey();
  return signSealingKey(identity, { id, publicKey, notAfter });
};
const [sooner, later] = [key('2026-01-02T00:00:00.000Z'), key('2026-01-03T00:00:00.000Z')];
const published = { identityPublicKey: identity.publicKey, keys: [sooner, later] };
const clockAt = (time: string) => ({ now: () => new Date(time) });

describe('published sealing keys', () => {
  it('are taken from the pinned identity', async () =>
    expect(await verifySealingKeys(published, identity.publicKey)).toEqual([sooner, later]));
  it('are taken without a pin, where their signatures hold', async () => expect(await verifySealingKeys(published)).toHaveLength(2));
  it('are not taken from another identity', () =>
    expect(verifySealingKeys(published, generateIdentity().publicKey)).rejects.toBeInstanceOf(SealingKeysUntrusted));
  it.each([
    { id: 'other' },
    { publicKey: generateSealingKey().publicKey },
    { notAfter: '2027-01-01T00:00:00.000Z' },
    { signature: later.signature },
    { signature: '' },
  ])('are not taken with %o in place', (other) =>
    expect(verifySealingKeys({ ...published, keys: [later, { ...sooner, ...other }] }, identity.publicKey)).rejects.toBeInstanceOf(
      SealingKeysUntrusted,
    ),
  );
  it('are not taken where the identity is no key', () =>
    expect(verifySealingKeys({ ...published, identityPublicKey: 'AA' })).rejects.toBeInstanceOf(SealingKeysUntrusted));
  it('are used by the one that lasts longest, and not past its end', () => {
    expect(newestSealingKey([sooner, later], clockAt('2026-01-01T00:00:00Z'))).toBe(later);
    expect(newestSealingKey([sooner], clockAt('2026-01-02T00:00:00Z'))).toBeNull();
  });
});
