import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EgressRefused } from '../http/index.ts';
import { AnswerTooLong } from './answer-limit.ts';
import { postgresFault, readServerAnswer } from './server-answer.ts';
import { SocketPathRefused } from './socket-within.ts';

const thrown = (fields: Record<string, string>, message = 'boom') => Object.assign(new Error(message), fields);

describe('readServerAnswer', () => {
  it.each([
    ['a wrong password', thrown({ code: '28P01', severity: 'FATAL', routine: 'auth_failed' }), 'denied'],
    ['a role without LOGIN', thrown({ code: '28000', severity: 'FATAL', routine: 'InitializeSessionUserId' }), 'denied'],
    ['a missing line in pg_hba.conf', thrown({ code: '28000', severity: 'FATAL', routine: 'ClientAuthentication' }), 'not-let-in'],
    ['a missing privilege', thrown({ code: '42501', severity: 'ERROR' }), 'lacks-privilege'],
    ['a full server', thrown({ code: '53300', severity: 'FATAL' }), 'unreachable'],
    ['a server that shuts down', thrown({ code: '57P01', severity: 'FATAL' }), 'unreachable'],
    ['a waiting lock', thrown({ code: '55P03', severity: 'ERROR' }), 'busy'],
    ['a bad value', thrown({ code: '22023', severity: 'ERROR' }), 'refused'],
    ['a closed port', thrown({ code: 'ECONNREFUSED' }), 'unreachable'],
    ['the network error EPIPE, which has the shape of a SQLSTATE', thrown({ code: 'EPIPE' }), 'unreachable'],
    ['a foreign certificate', thrown({ code: 'SELF_SIGNED_CERT_IN_CHAIN' }), 'unreachable'],
    ["the driver's time-out", thrown({}, 'timeout expired'), 'unreachable'],
    ['a bug', new TypeError('x is not a function'), 'unknown'],
    ['a string', 'boom', 'unknown'],
  ])('reads %s', (_what, error, kind) => expect(readServerAnswer(error).kind).toBe(kind));
});

describe('a login that was withheld, or ended here', () => {
  it.each([
    [
      new EgressRefused('private'),
      "it has a private address, and DATABASE_EGRESS_ALLOW of the rotation worker doesn't name its network (such as 10.0.0.0/8)",
    ],
    [new EgressRefused('metadata'), 'it has a metadata address, at which no database is ever asked'],
    [new AnswerTooLong(), 'it answers more than any test or change needs'],
    [new SocketPathRefused(), 'its host is the path of a socket, and a database is asked over the network only'],
  ])('says why: %s', (error, reason) => expect(readServerAnswer(error)).toEqual({ kind: 'unreachable', reason }));
});

describe('postgresFault', () => {
  it("keeps the SQLSTATE and drops the server's words", () => {
    const fault = postgresFault('altering a role', thrown({ code: 'XX001', severity: 'ERROR', routine: 'f' }, 'near "hunter2"'));
    expect(fault.message).toBe('Postgres failed while altering a role (SQLSTATE XX001)');
    expect(inspect(fault)).not.toContain('hunter2');
    expect(inspect(fault)).toContain('server-answer.test.ts');
  });
});
