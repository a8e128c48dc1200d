import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type NamecheapAccount as SimulatedAccount,
  type NamecheapDomain,
  type NamecheapHost,
  startNamecheap,
} from '@keyturn/provider-simulators';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { listDomains } from '../src/namecheap/domains.ts';
import { deleteHost, HostsNotKept, listHosts, NoHost, putHosts } from '../src/namecheap/hosts.ts';
import { type NamecheapAccount, namecheapRecipe, NamecheapRefused } from '../src/namecheap/namecheap-account.ts';

// The simulator replaces all hosts of a domain by what a call names, as NameCheap does: what isn't given back is gone.

const API_KEY = '0123456789abcdef0123456789abcdef';
const DOMAIN = 'shop.example';
const host = (Name: string, Type: string, Address: string, MXPref = '10', TTL = '1800'): NamecheapHost => ({
  Name,
  Type,
  Address,
  TTL,
  MXPref,
});
/** A domain as people have it: with mail, redirects, and values that XML writes in its own way. */
const KEPT = [
  host('@', 'MX', 'mx1.mail.example.', '5', '300'),
  host('@', 'MX', 'mx2.mail.example.', '20', '300'),
  host('@', 'CAA', '0 issue "letsencrypt.org"'),
  host('@', 'ALIAS', 'lb.example.net.'),
  host('old', 'URL301', 'https://shop.example/?a=1&b=<2>'),
  host('frame', 'FRAME', 'http://elsewhere.example/'),
  host('sub', 'NS', 'ns1.example.net.'),
  host('_dmarc', 'TXT', `v=DMARC1; p=none; note='it''s "quoted"' &amp; `, '10', '60'),
];
const WWW = host('www', 'A', '192.0.2.1');

const domains = new Map<string, NamecheapDomain>();
let simulator: Awaited<ReturnType<typeof startNamecheap>>;
let account: NamecheapAccount;
beforeAll(async () => {
  simulator = await startNamecheap(
    new Map<string, SimulatedAccount>([['keyturn', { apiKey: API_KEY, addresses: ['192.0.2.9'], domains }]]),
  );
  account = await namecheapRecipe(`${simulator.url}/xml.response`).build({ apiUser: 'keyturn', apiKey: API_KEY, clientIp: '192.0.2.9' });
});
afterAll(() => simulator.close());
beforeEach(() => {
  simulator.reset();
  domains.clear();
  domains.set(DOMAIN, { emailType: 'MX', hosts: [...KEPT, WWW] });
});

const held = () => domains.get(DOMAIN);
const changes = () => simulator.accepted.length;

describe('an answer without an end', () => {
  it('is given up, and not kept in memory', async () => {
    const endless = createServer((_request, response) => {
      const write = (): void => {
        while (!response.destroyed && response.write('<x>'.repeat(20_000)));
      };
      response.on('drain', write);
      write();
    });
    await new Promise<void>((listening) => endless.listen(0, '127.0.0.1', listening));
    onTestFinished(() => {
      endless.closeAllConnections();
      endless.close();
    });
    const url = `http://127.0.0.1:${(endless.address() as AddressInfo).port}`;
    const at = await namecheapRecipe(url).build({ apiUser: 'keyturn', apiKey: API_KEY, clientIp: '192.0.2.9' });
    await expect(at.call('namecheap.domains.getList')).rejects.toThrow('NameCheap answers too much');
  });
});

describe('domains', () => {
  it.each([0, 1, 99, 100, 101, 250])('are listed all, of however many pages: %i', async (count) => {
    domains.clear();
    for (let index = 0; index < count; index += 1) domains.set(`d${index}.example`, { hosts: [] });
    expect((await listDomains(account)).map(({ name }) => name)).toEqual([...domains.keys()]);
    expect(simulator.accepted).toHaveLength(Math.max(1, Math.ceil(count / 100)));
  });
});

describe('hosts', () => {
  it('are listed with those of mail, their preferences, and who has the mail', async () => {
    const { emailType, items } = await listHosts(account, DOMAIN);
    expect(emailType).toBe('MX');
    expect(items).toHaveLength(KEPT.length + 1);
    expect(items[1]).toEqual({ name: '@', type: 'MX', address: 'mx2.mail.example.', ttl: 300, preference: 20 });
    expect(items.at(-1)).toEqual({ name: 'www', type: 'A', address: '192.0.2.1', ttl: 1800 });
  });

  it('are set by name and type, and everything else stays to the letter', async () => {
    const added = { name: 'api', type: 'AAAA', address: '2001:db8::1', ttl: 60 } as const;
    const moved = { name: 'WWW', type: 'A', address: '192.0.2.2', ttl: 300 } as const;
    const answer = await putHosts(account, DOMAIN, [added, moved]);
    expect(held()).toEqual({
      emailType: 'MX',
      hosts: [...KEPT, host('api', 'AAAA', '2001:db8::1', '10', '60'), host('WWW', 'A', '192.0.2.2', '10', '300')],
    });
    expect(answer).toEqual(await listHosts(account, DOMAIN));
  });

  it.each(['MX', 'MXE', 'FWD', 'OX', 'GMAIL', 'NONE'])('leave mail as it is: %s', async (emailType) => {
    const mail = { MX: [host('@', 'MX', 'mx.example.', '1')], MXE: [host('@', 'MXE', '192.0.2.7')] }[emailType] ?? [];
    domains.set(DOMAIN, { emailType, hosts: [...mail, WWW] });
    await putHosts(account, DOMAIN, [{ name: 'api', type: 'CNAME', address: 'shop.example.', ttl: 1800 }]);
    expect(held()).toEqual({ emailType, hosts: [...mail, WWW, host('api', 'CNAME', 'shop.example.')] });
  });

  it('are removed by name and type, and everything else stays', async () => {
    domains.set(DOMAIN, { emailType: 'MX', hosts: [...KEPT, WWW, host('www', 'TXT', 'stays')] });
    await deleteHost(account, DOMAIN, { name: 'www', type: 'A' });
    expect(held()).toEqual({ emailType: 'MX', hosts: [...KEPT, host('www', 'TXT', 'stays')] });
    await expect(deleteHost(account, DOMAIN, { name: 'www', type: 'A' })).rejects.toThrow(NoHost);
  });

  it('lose nothing where several callers change one domain at once', async () => {
    const names = Array.from({ length: 12 }, (_nothing, index) => `n${index}`);
    await Promise.all(names.map((name) => putHosts(account, DOMAIN, [{ name, type: 'A', address: '192.0.2.3', ttl: 60 }])));
    expect(held()?.hosts).toEqual([...KEPT, WWW, ...names.map((name) => host(name, 'A', '192.0.2.3', '10', '60'))]);
  });

  it('are left alone where one has a type that can’t be given back', async () => {
    const before = { emailType: 'MX', hosts: [...KEPT, host('_sip', 'SRV', '1 2 3 sip.example.')] };
    domains.set(DOMAIN, before);
    await expect(putHosts(account, DOMAIN, [{ name: 'a', type: 'A', address: '192.0.2.3', ttl: 60 }])).rejects.toThrow(HostsNotKept);
    expect([held(), changes()]).toEqual([before, 1]);
  });

  it('are left alone where NameCheap refuses, or can’t be understood', async () => {
    const before = held();
    await expect(putHosts(account, 'nobodys.example', [{ name: 'a', type: 'A', address: '192.0.2.3', ttl: 60 }])).rejects.toThrow(
      NamecheapRefused,
    );
    simulator.fault({ kind: 'fail', status: 502 });
    await expect(putHosts(account, DOMAIN, [{ name: 'a', type: 'A', address: '192.0.2.3', ttl: 60 }])).rejects.toThrow(/ApiResponse/u);
    expect(held()).toEqual(before);
  });
});

describe('an answer that isn’t as the simulator’s', () => {
  const answering = (hostsXml: string, set: string[] = []): { readonly set: string[]; readonly account: NamecheapAccount } => ({
    set,
    account: {
      call: async (command, parameters) => {
        if (command.endsWith('setHosts')) set.push(JSON.stringify(parameters));
        const answer = command.endsWith('setHosts') ? { DomainDNSSetHostsResult: { IsSuccess: 'false' } } : JSON.parse(hostsXml);
        return answer as unknown;
      },
    },
  });
  const one = { Name: 'www', Type: 'A', Address: '192.0.2.1', TTL: '1800' };

  it('is understood where the element has a capital, as in NameCheap’s manual', async () => {
    const { account: other } = answering(JSON.stringify({ DomainDNSGetHostsResult: { EmailType: 'NONE', Host: [one] } }));
    expect((await listHosts(other, DOMAIN)).items).toHaveLength(1);
  });
  it('changes nothing where it doesn’t say who has the mail', async () => {
    const { account: other, set } = answering(JSON.stringify({ DomainDNSGetHostsResult: { host: [one] } }));
    await expect(deleteHost(other, DOMAIN, { name: 'www', type: 'A' })).rejects.toThrow(HostsNotKept);
    expect(set).toEqual([]);
  });
  it('is a refusal where it says that nothing was set', async () => {
    const { account: other, set } = answering(JSON.stringify({ DomainDNSGetHostsResult: { EmailType: 'FWD', host: [one, one] } }));
    await expect(putHosts(other, DOMAIN, [{ name: 'a', type: 'A', address: '192.0.2.3', ttl: 60 }])).rejects.toThrow(NamecheapRefused);
    expect(set).toHaveLength(1);
  });
});
