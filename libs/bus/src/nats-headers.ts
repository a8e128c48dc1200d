import { headers as natsHeaders, type MsgHdrs } from '@nats-io/transport-node';
import type { Headers } from './bus.ts';

export const toNats = (from: Headers): MsgHdrs => {
  const headers = natsHeaders();
  for (const [name, value] of Object.entries(from)) headers.set(name, value);
  return headers;
};

export const fromNats = (headers: MsgHdrs | undefined): Headers =>
  Object.fromEntries((headers?.keys() ?? []).map((name) => [name, headers?.get(name) ?? '']));
