import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import type { Vault } from '../../app.ts';
import { LogUnavailable } from '../../ports/log-unavailable.ts';
import { isOutage, tellOutages } from './tell-outages.ts';

const databaseError = (code: string): Error => Object.assign(new DatabaseError('said by the server', 1, 'error'), { code });
const systemError = (code: string): Error => Object.assign(new Error(code), { code });

describe('an outage of the database', () => {
  it.each([
    ['a full disk', databaseError('53100')],
    ['a server in recovery', databaseError('57P03')],
    ['a server that goes down', databaseError('57P01')],
    ['no server', systemError('ECONNREFUSED')],
    ['a lost connection', new Error('Connection terminated unexpectedly')],
    ['a connection that hangs', new Error('Query read timeout')],
  ])('is %s', (_what, fault) => expect(isOutage(fault)).toBe(true));

  it.each([
    ['a statement that is wrong', databaseError('42601')],
    ['a row that is there already', databaseError('23505')],
    ['a file that is missing', systemError('ENOENT')],
    ['a bug', new TypeError('x is not a function')],
    ['no error', 'Connection terminated'],
  ])('is not %s', (_what, fault) => expect(isOutage(fault)).toBe(false));
});

describe('a vault that tells outages', () => {
  const failing = (fault: Error): Vault => {
    const fail = () => Promise.reject(fault);
    return tellOutages({ command: fail, query: fail, subscriber: fail, keepLeases: fail, settleRefusals: fail });
  };
  const ask = (vault: Vault): Promise<unknown>[] => [
    vault.command({ subject: 's', type: 't', payload: {} }),
    vault.query('q', {}),
    vault.subscriber('s', {}),
  ];

  it('is unavailable, because of it', async () => {
    const outage = systemError('ECONNREFUSED');
    for (const answer of ask(failing(outage))) {
      const fault: unknown = await answer.catch((error: unknown) => error);
      expect(fault).toBeInstanceOf(LogUnavailable);
      expect(fault).toMatchObject({ cause: outage });
    }
  });

  it('passes every other fault on as it is', async () => {
    const bug = new TypeError('x is not a function');
    for (const answer of ask(failing(bug))) await expect(answer).rejects.toBe(bug);
  });
});
