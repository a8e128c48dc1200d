import { describe, expect, it } from 'vitest';
import { Sensitive } from '@keyturn/kernel';
import type { Version } from '../credential/version.ts';
import { eventsOf } from '../credential/happened.ts';
import type { VersionSafe } from '../secrets/version-safe.ts';
import { VersionUnreadable } from '../secrets/recording-safe.ts';
import * as spec from '../testing/credential-spec.ts';
import { refuseSame } from './start-replaced-revocation.ts';

// Before what was replaced is revoked, the values themselves are compared: a log of before knows of no value that was brought again.

const make = eventsOf({ credentialId: spec.id, address: spec.address });

const ofTokens = (credentialType: 'cloudflare_api_token' | 'database_password', username: (version: number) => string) => {
  const staged = (version: number) =>
    make('credential.version-staged', { version, epoch: null, publicFields: { username: username(version) }, masks: {} });
  const superseded = (version: number) => [spec.changed(version, version + 1, version + 1), spec.superseded(version, version + 1)];
  return spec.given(
    make('credential.registered', { credentialType, issuer: spec.issuer, policy: spec.policy }),
    staged(1),
    spec.imported(),
    staged(2),
    ...superseded(1),
    staged(3),
    ...superseded(2),
  ).state;
};

const safeOf = (held: Readonly<Record<number, string>>): { readonly safe: VersionSafe } => {
  const open = ({ version }: Version) => {
    const token = held[version];
    if (token === undefined) return Promise.reject(new VersionUnreadable(version, new Error('its key is gone')));
    return Promise.resolve({ fields: new Sensitive({ token }) });
  };
  return { safe: { open: (_credential: unknown, version: Version) => open(version) } as unknown as VersionSafe };
};

const tokens = ofTokens('cloudflare_api_token', () => 'ada');
const roles = ofTokens('database_password', (version) => `orders_kt${version}`);

describe('what was replaced', () => {
  it('is not revoked where it is what is in use, under another number', async () =>
    expect(await refuseSame(safeOf({ 1: 'a', 2: 'b', 3: 'a' }), tokens, 1)).toEqual({ code: 'value-in-use', version: 3 }));
  it('may be revoked where it is another one', async () =>
    expect(await refuseSame(safeOf({ 1: 'a', 2: 'b', 3: 'a' }), tokens, 2)).toBeNull());
  it.each([
    ['it can’t be read', { 2: 'b', 3: 'a' }, 1],
    ['what is in use can’t be read', { 1: 'a', 2: 'b' }, 3],
  ])(
    'is not revoked where %s',
    async (_what, held, version) =>
      await expect(refuseSame(safeOf(held), tokens, 1)).rejects.toMatchObject({ name: 'VersionUnreadable', version }),
  );
  it('may be revoked where another role has the same password', async () => expect(await refuseSame(safeOf({}), roles, 1)).toBeNull());
  it('is compared with nothing where it is in use itself, or isn’t there', async () => {
    expect(await refuseSame(safeOf({}), tokens, 3)).toBeNull();
    expect(await refuseSame(safeOf({}), tokens, 9)).toBeNull();
  });
});
