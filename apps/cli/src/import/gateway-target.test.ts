import { partsOf } from '@keyturn/contracts';
import { CredentialSummary } from '@keyturn/contracts/api';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import type { SealedCommands } from '../connection/sealed-commands.ts';
import { httpGateway } from '../connection/gateway.ts';
import { gatewayTarget } from './gateway-target.ts';

const summary = (address: string, isDefault = false): CredentialSummary =>
  CredentialSummary.parse({
    credentialId: '0190c8a0-1111-7000-8000-000000000001',
    address,
    credentialType: 'generic',
    displayName: null,
    isDefault,
    labels: {},
    tags: [],
    owner: null,
    expiresAt: null,
    untested: null,
    origin: null,
    registeredAt: '2026-03-02T09:00:00.000Z',
    current: 1,
    generation: 1,
    masks: {},
    publicFields: {},
    openEpoch: null,
    lastRotatedAt: null,
    updatedAt: '2026-03-02T09:00:00.000Z',
  });

/** Answers the list as the gateway does: the filters that are given, the first page of what fits. */
const listing =
  (all: readonly CredentialSummary[]): typeof fetch =>
  async (input) => {
    const { searchParams: asked } = new URL(new Request(input).url);
    const fits = ({ address, isDefault }: CredentialSummary): boolean => {
      const { scope, service } = partsOf(address);
      return (
        address.includes(asked.get('search') ?? '') &&
        scope === (asked.get('scope') ?? scope) &&
        service === (asked.get('service') ?? service) &&
        isDefault === ((asked.get('isDefault') ?? String(isDefault)) === 'true')
      );
    };
    const items = all.filter(fits);
    const page = items.slice(0, Number(asked.get('limit') ?? 50));
    return Response.json({ items: page, nextCursor: null, total: items.length, totalIsAtLeast: false });
  };

const problem = (status: number, code: string) =>
  Response.json({ type: `/problems/${code}`, title: code, status, code, instance: 'r' }, { status });

const targetOf = (answer: typeof fetch) => {
  const gateway = httpGateway({
    url: 'http://keyturn.test',
    token: new Sensitive('token'),
    signal: new AbortController().signal,
    fetch: answer,
  });
  const sealing: SealedCommands = {
    sealed: (_what, send) => send({ kind: 'hpke', sealingKeyId: 'k', enc: 'e', ciphertext: 'c', expiresAt: '2026-03-02T09:00:00.000Z' }),
  };
  return gatewayTarget({ gateway, sealing, newKey: () => 'key' });
};

const targetWith = (all: readonly CredentialSummary[]) => targetOf(listing(all));

/** More than any page has, in the order of their addresses. */
const many = Array.from({ length: 250 }, (_, at) => summary(`system.stripe.key-${String(at).padStart(3, '0')}`));

describe('Keyturn behind its gateway', () => {
  it('knows a service’s default however many credentials the service has', async () => {
    const target = targetWith([...many, summary('system.stripe.the-default', true)]);
    expect(await target.hasDefault('system', 'stripe')).toBe(true);
  });

  it('takes neither another scope’s nor another service’s default for this one’s', async () => {
    const target = targetWith([...many, summary('user-1.stripe.main', true), summary('system.stripe-test.main', true)]);
    expect(await target.hasDefault('system', 'stripe')).toBe(false);
  });

  it.each([
    ['equal', async () => Response.json({ credentialId: many[0]?.credentialId, address: 'system.stripe.main', version: 1, equal: true })],
    ['other', async () => Response.json({ credentialId: many[0]?.credentialId, address: 'system.stripe.main', version: 1, equal: false })],
    ['gone', async () => problem(404, 'version-unknown')],
    ['not-allowed', async () => problem(403, 'not-allowed')],
  ] as const)('says of a value that was asked about: %s', async (said, answer) => {
    expect(await targetOf(answer).holds('id', 1, new Sensitive({ secretKey: 'sk_test_0000' }))).toBe(said);
  });

  it('finds who has an address among its like', async () => {
    const longer = many.map(({ address }) => summary(`user-1${address.slice('system'.length)}`));
    const target = targetWith([...longer, ...many]);
    expect(await target.ownerOf('system.stripe.key-007')).toMatchObject({ address: 'system.stripe.key-007' });
    expect(await target.ownerOf('system.stripe.key')).toBeNull();
  });
});
