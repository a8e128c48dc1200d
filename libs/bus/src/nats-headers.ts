import { MsgHdrsImpl, type MsgHdrs } from '@nats-io/transport-node';
import type { Headers } from './bus.ts';

/** The part of nats.js's options to `publish` that says the headers. */
export type NatsHeaders = { headers?: MsgHdrs };

/**
 * As an option of nats.js's `publish`: nothing where there are none, for even an empty block of headers is written and read. Set directly,
 * because `append` spells each name anew and looks for it among the others, which costs as much again as everything else here.
 */
export const toNats = (from: Headers = {}): NatsHeaders => {
  const named = Object.entries(from);
  if (named.length === 0) return {};
  const headers = new MsgHdrsImpl();
  for (const [name, value] of named) headers.headers.set(name, [oneLine(name, value)]);
  return { headers };
};

export const fromNats = (headers: MsgHdrs | undefined): Headers =>
  Object.fromEntries(Array.from(headers ?? [], ([name, [first = '']]) => [name, first]));

/** A line break would begin a header of the value's own. */
const oneLine = (name: string, value: string): string => {
  if (/[\r\n]/u.test(value)) throw new Error(`the header ${name} has a line break in its value`);
  return value;
};
