import type { ExecutionServer } from '@keyturn/contracts/commands';
import type { ExecutionServerEvent } from '@keyturn/contracts/events';
import { describe, expect, it } from 'vitest';
import { decideRemove, decideSet, MOST_SERVERS } from './decide.ts';
import { serversInOrder } from './search-order.ts';
import { evolveExecutionServers, type ExecutionServers, noExecutionServers } from './state.ts';

const AT = '2026-01-01T00:00:00.000Z';
const server = (serverId: string, more: Partial<ExecutionServer> = {}): ExecutionServer => ({
  serverId,
  name: serverId,
  kind: 'brigade',
  baseUrl: `https://${serverId}.example.com`,
  enabled: true,
  isDefault: false,
  credential: null,
  ...more,
});
const isSet = (wanted: ExecutionServer): ExecutionServerEvent => ({ type: 'execution-server.set', data: { scope: 'system', ...wanted } });
const given = (...wanted: ExecutionServer[]): ExecutionServers =>
  wanted.map(isSet).reduce((servers, event) => evolveExecutionServers(servers, event, AT), noExecutionServers);
const defaults = (servers: ExecutionServers) => servers.filter(({ isDefault }) => isDefault).map(({ serverId }) => serverId);

describe('the execution servers of a scope', () => {
  it('are set up and replaced, and the same again changes nothing', () => {
    const servers = given(server('a'));
    expect(decideSet(servers, 'system', server('a'))).toEqual({ ok: true, value: [] });
    expect(decideSet(servers, 'system', server('a', { enabled: false }))).toMatchObject({ value: [{ data: { enabled: false } }] });
  });
  it('have one default: the one that was marked last', () => {
    const servers = given(server('a', { isDefault: true }), server('b', { isDefault: true }));
    expect(defaults(servers)).toEqual(['b']);
    expect(defaults(given(server('a', { isDefault: true }), server('b')))).toEqual(['a']);
  });
  it('are so many and no more', () => {
    const full = given(...Array.from({ length: MOST_SERVERS }, (_, at) => server(`s${at}`)));
    expect(decideSet(full, 'system', server('more'))).toEqual({
      ok: false,
      refusal: { code: 'execution-servers-full', most: MOST_SERVERS },
    });
    expect(decideSet(full, 'system', server('s1', { name: 'other' }))).toMatchObject({ ok: true });
  });
  it('are removed once', () => {
    expect(decideRemove(given(server('a')), 'system', 'a')).toMatchObject({ value: [{ type: 'execution-server.removed' }] });
    expect(decideRemove(noExecutionServers, 'system', 'a')).toMatchObject({ refusal: { code: 'execution-server-unknown' } });
    const removed = { type: 'execution-server.removed', data: { scope: 'system', serverId: 'a' } } as const;
    expect(evolveExecutionServers(given(server('a'), server('b')), removed, AT)).toMatchObject([{ serverId: 'b' }]);
  });
  it('are looked through by default, by whose they are, and by id; a disabled one never', () => {
    const own = given(server('z', { isDefault: true }), server('b'), server('a', { enabled: false }));
    const systems = given(server('y'), server('x', { isDefault: true }));
    expect(serversInOrder(own, systems).map(({ server: { serverId }, chosenBy, isOwn }) => [serverId, chosenBy, isOwn])).toEqual([
      ['z', 'preference', true],
      ['b', 'own-server', true],
      ['x', 'default', false],
      ['y', 'default', false],
    ]);
  });
});
