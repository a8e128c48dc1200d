import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { Headers } from './bus.ts';

export const toNats = (from: Headers): MsgHdrs => {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(from)) headers.append(name, value); // each name is there once: nothing to look for before
  return headers;
};

export const fromNats = (headers: MsgHdrs | undefined): Headers =>
  Object.fromEntries(Array.from(headers ?? [], ([name, [first = '']]) => [name, first]));
