import type { LookupAddress } from 'node:dns';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EgressRules, parseEgressAllow, providerHttp, publicOnly, type Resolve } from '../src/http/index.ts';

// Names that a resolver of the test's answers for: what it says first, then what it says the next time.

const PUBLIC = '203.0.114.7';
const HERE = '127.0.0.1';
const METADATA = '169.254.169.254';

let answers: (readonly string[])[] = [];
let asked = 0;
const resolve: Resolve = (_hostname, _options, found) => {
  const addresses = answers[Math.min(asked, answers.length - 1)] ?? [];
  asked += 1;
  found(
    null,
    addresses.map((address): LookupAddress => ({ address, family: isIP(address) })),
  );
};

let server: Server;
let port: number;
let [requests, connections] = [0, 0];
beforeAll(async () => {
  server = createServer((_request, response) => {
    requests += 1;
    response.end('hello');
  });
  server.on('connection', () => void (connections += 1));
  await new Promise<void>((listening) => server.listen(0, HERE, listening));
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  [asked, requests, connections] = [0, 0, 0];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const allowed = (): EgressRules => {
  const rules = parseEgressAllow(`${HERE}:${port}`);
  if (!rules.ok) throw new Error(rules.refusal);
  return rules.value;
};
const forbidden = (kind: string) => ({
  noReply: expect.stringMatching(new RegExp(`^it has a ${kind} address, which the egress rules forbid`, 'u')),
});
const at = (rules: EgressRules, url = `http://name.test:${port}/`) => providerHttp({ rules, resolve }).send({ url });

describe('a name of a provider', () => {
  it('is asked where it led the one time that it was looked up, so that another answer gains nothing', async () => {
    answers = [[HERE], [METADATA]];
    expect(await at(allowed())).toMatchObject({ status: 200 });
    expect([asked, requests]).toEqual([1, 1]);
    expect(await at(allowed())).toEqual(forbidden('link-local'));
    expect([asked, requests, connections]).toEqual([2, 1, 1]);
  });
  it('is refused by its first answer, whatever it would answer then', async () => {
    answers = [[METADATA], [HERE]];
    expect(await at(allowed())).toEqual(forbidden('link-local'));
    expect([asked, connections]).toEqual([1, 0]);
  });
  it.each([
    ['first', [METADATA, HERE]],
    ['last', [HERE, METADATA]],
    ['last, behind a public one', [PUBLIC, METADATA]],
    ['mapped into IPv6', [HERE, `::ffff:${METADATA}`]],
  ])('is refused whole where one forbidden address is among its answers: %s', async (_where, addresses) => {
    answers = [addresses];
    expect(await at(allowed(), `https://name.test:${port}/`)).toEqual(forbidden('link-local'));
    expect([asked, connections]).toEqual([1, 0]);
  });
  it('is refused where a public and a private address are its answers, and no list is given', async () => {
    answers = [[PUBLIC, '10.0.0.1']];
    expect(await at(publicOnly, 'https://name.test/')).toEqual(forbidden('private'));
  });
});

describe('the open socket', () => {
  it('is looked at once more, by itself: nothing is sent where it leads somewhere else than was looked up', async () => {
    answers = [[HERE]];
    let looks = 0;
    const second: EgressRules = { isNamed: () => true, refusalOf: () => (looks++ === 0 ? null : 'loopback') };
    expect(await at(second)).toEqual(forbidden('loopback'));
    expect([looks, requests]).toEqual([2, 0]);
  });
});
