import { MsgHdrsImpl } from '@nats-io/transport-node';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromNats, toNats } from './nats-headers.ts';

const overTheWire = (headers: Readonly<Record<string, string>>) => {
  const sent = toNats(headers).headers;
  return sent instanceof MsgHdrsImpl ? fromNats(MsgHdrsImpl.decode(sent.encode())) : undefined;
};

describe('headers on NATS', () => {
  it('arrive as they were sent', () =>
    fc.assert(
      fc.property(
        fc.dictionary(fc.stringMatching(/^[A-Za-z-]{1,20}$/u), fc.stringMatching(/^[!-~]([ -~]*[!-~])?$/u), { minKeys: 1 }),
        (headers) => {
          expect(overTheWire(headers)).toEqual({ ...headers });
        },
      ),
    ));
  it('are left out where there are none', () => {
    expect(toNats({})).toEqual({});
    expect(toNats()).toEqual({});
    expect(fromNats(undefined)).toEqual({});
  });
  it.each(['\r', '\n', '\r\n'])('take no value that would begin another one by %j', (end) =>
    expect(() => toNats({ traceparent: `00${end}Keyturn-Actor: admin` })).toThrow('the header traceparent has a line break'),
  );
});
