import { describe, expect, it } from 'vitest';
import { parseDatabaseEgressAllow, parseEgressAllow, publicOnly } from './egress-rules.ts';

const rules = (list: string) => {
  const parsed = parseEgressAllow(list);
  if (!parsed.ok) throw new Error(parsed.refusal);
  return parsed.value;
};

describe('without an allow-list', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '104.16.0.1',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '2606:4700::1111',
    '2a00:1450::1',
  ])('lets calls go to %s', (address) => expect(publicOnly.refusalOf(address, 443)).toBeNull());

  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['::ffff:192.168.1.1', 'private'],
    ['fc00::1', 'private'],
    ['169.254.169.254', 'link-local'],
    ['169.254.170.2', 'link-local'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['fe80::1', 'link-local'],
    ['fe80::1%eth0', 'link-local'],
    ['100.64.0.1', 'carrier-grade NAT'],
    ['224.0.0.1', 'multicast'],
    ['239.255.255.250', 'multicast'],
    ['ff02::1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['168.63.129.16', 'metadata'],
    ['::ffff:168.63.129.16', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
    ['192.0.0.8', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['198.51.100.1', 'reserved'],
    ['203.0.113.1', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['::7f00:1', 'reserved'],
    ['::127.0.0.1', 'loopback'],
    ['fec0::1', 'reserved'],
    ['64:ff9b::7f00:1', 'reserved'],
    ['64:ff9b:1::1', 'reserved'],
    ['2002:7f00:1::', 'reserved'],
    ['2001::1', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['100::1', 'reserved'],
    ['::ffff:0:7f00:1', 'reserved'],
    ['localhost', 'unreadable'],
    ['', 'unreadable'],
  ])('refuses %s: %s', (address, kind) => {
    expect(publicOnly.refusalOf(address, 443)).toBe(kind);
    expect(rules('').refusalOf(address, 443)).toBe(kind);
  });
});

describe('an allow-list', () => {
  it.each([
    ['127.0.0.1:4010', '127.0.0.1', 4010, true],
    ['127.0.0.1:4010', '::ffff:127.0.0.1', 4010, true],
    ['127.0.0.1:4010', '127.0.0.1', 4011, false],
    ['127.0.0.1:4010', '127.0.0.2', 4010, false],
    ['10.0.0.0/8', '10.255.0.1', 443, true],
    ['10.0.0.0/8:443', '10.255.0.1', 80, false],
    ['10.0.0.0/8', '11.0.0.1', 443, false],
    ['[::1]:8080', '::1', 8080, true],
    ['[::1]:8080', '::1', 8081, false],
    ['::1', '::1', 1, true],
    ['fd00::/8', 'fd12::1', 443, true],
    [' 10.0.0.1 , 192.168.0.0/16,', '192.168.3.4', 443, true],
    ['', '10.0.0.1', 443, false],
    ['0.0.0.0/0', '::1', 443, false],
  ])('%j names %s, port %i: %s', (list, address, port, isNamed) => expect(rules(list).isNamed(address, port)).toBe(isNamed));

  it('opens what it names and nothing else', () => {
    const { refusalOf } = rules('10.0.0.0/8,127.0.0.1:4010');
    expect([refusalOf('10.1.1.1', 443), refusalOf('127.0.0.1', 4010)]).toEqual([null, null]);
    expect([refusalOf('127.0.0.1', 443), refusalOf('192.168.0.1', 443), refusalOf('8.8.8.8', 443)]).toEqual(['loopback', 'private', null]);
  });

  it.each([
    'localhost',
    'db.internal:443',
    '10.0.0.0/33',
    '127.0.0.1:0',
    '127.0.0.1:65536',
    '10.0.0',
    '1',
    '10.0.0.1;10.0.0.2',
    'fd00::/129',
    '*',
    '[::1',
  ])('takes no %j', (list) =>
    expect(parseEgressAllow(list)).toMatchObject({ ok: false, refusal: expect.stringContaining('addresses and networks') }),
  );
});

describe('an allow-list for databases', () => {
  const databases = (list: string) => {
    const parsed = parseDatabaseEgressAllow(list);
    if (!parsed.ok) throw new Error(parsed.refusal);
    return parsed.value;
  };

  it('opens private networks and loopback where it names them, as any list does', () => {
    const { refusalOf, isNamed } = databases('10.0.0.0/8,127.0.0.1:5432');
    expect([refusalOf('10.1.1.1', 5432), refusalOf('::ffff:10.1.1.1', 5432), refusalOf('127.0.0.1', 5432)]).toEqual([null, null, null]);
    expect([refusalOf('127.0.0.1', 5433), refusalOf('192.168.0.1', 5432), refusalOf('8.8.8.8', 5432)]).toEqual([
      'loopback',
      'private',
      null,
    ]);
    expect([isNamed('10.1.1.1', 5432), isNamed('8.8.8.8', 5432)]).toEqual([true, false]);
    expect(databases('').refusalOf('10.1.1.1', 5432)).toBe('private');
    expect(parseDatabaseEgressAllow('db.internal')).toMatchObject({ ok: false });
  });

  it.each([
    ['169.254.169.254', 'link-local'],
    ['::ffff:169.254.169.254', 'link-local'],
    ['::169.254.169.254', 'link-local'],
    ['64:ff9b::a9fe:a9fe', 'link-local'],
    ['::ffff:0:a9fe:a9fe', 'link-local'],
    ['2002:a9fe:a9fe::1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['168.63.129.16', 'metadata'],
    ['64:ff9b::a83f:8110', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
  ])('never opens %s, not even where it names everything', (address, kind) => {
    const { refusalOf, isNamed } = databases('0.0.0.0/0,[::]/0');
    expect([refusalOf(address, 5432), isNamed(address, 5432)]).toEqual([kind, false]);
  });

  it.each(['64:ff9b::a01:203', '2002:a01:203::1', 'fd12::1', '100.64.0.1'])('opens %s where it names it', (address) =>
    expect(databases('0.0.0.0/0,[::]/0').refusalOf(address, 5432)).toBeNull(),
  );
});
