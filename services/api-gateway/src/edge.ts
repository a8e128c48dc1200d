import type { Sensitive } from '@keyturn/kernel';
import type { Context } from 'hono';
import type { Caller } from './identity/identity.ts';

/** What the middleware leaves for the routes. */
export type EdgeVariables = {
  requestId: string;
  /** Null until `authenticate` has recognised somebody. */
  caller: Caller | null;
  /** The body's text, as it may hold secrets; null where there was none. */
  body: Sensitive<string> | null;
};
export type EdgeEnv = { Variables: EdgeVariables };
export type EdgeContext = Context<EdgeEnv>;
