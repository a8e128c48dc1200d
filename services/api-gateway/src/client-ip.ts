import type { HttpBindings } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { EdgeContext } from './edge.ts';

const hasSocket = (env: unknown): env is HttpBindings => typeof env === 'object' && env !== null && 'incoming' in env;

/** The other end of the connection. `X-Forwarded-For` is not believed: anyone can write it. */
export const clientIp = (c: EdgeContext): string | undefined => (hasSocket(c.env) ? getConnInfo(c).remote.address : undefined);
