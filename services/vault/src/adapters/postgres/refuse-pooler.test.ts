import { describe, expect, it } from 'vitest';
import { Sensitive } from '@keyturn/kernel';
import { refusePooler, type Session } from './refuse-pooler.ts';

const url = new Sensitive('postgres://nowhere');

/** A pooler in transaction mode: each transaction gets the idle server that was `put` back last, or first. */
const transactionPooler = (take: 'last' | 'first') => {
  const idle = [101, 102, 103];
  return (): Promise<Session> => {
    let server = 0;
    return Promise.resolve({
      begin: () => Promise.resolve((server = (take === 'last' ? idle.pop() : idle.shift()) ?? 0)),
      commit: () => Promise.resolve(void idle.push(server)),
      end: () => Promise.resolve(),
    });
  };
};

const direct = () => {
  let next = 100;
  return (): Promise<Session> => {
    const pid = ++next;
    return Promise.resolve({ begin: () => Promise.resolve(pid), commit: () => Promise.resolve(), end: () => Promise.resolve() });
  };
};

describe('the look for a pooler', () => {
  it('lets sessions pass that keep their server', () => expect(refusePooler(url, direct())).resolves.toBeUndefined());
  it.each(['last', 'first'] as const)('refuses a pooler that reuses the %s idle server, in one sentence', (take) =>
    expect(refusePooler(url, transactionPooler(take))).rejects.toThrow(
      /^The vault’s database URL leads to a pooler in transaction mode, .*\.$/,
    ),
  );
});
