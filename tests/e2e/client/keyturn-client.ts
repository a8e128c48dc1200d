import createClient, { type Client } from 'openapi-fetch';
import { inject } from 'vitest';
import '../support/provided-stack.ts';
import type { paths } from './schema.gen.ts';

type Caller = keyof ReturnType<typeof endpointsOf>['tokens'];
const endpointsOf = () => inject('stack').endpoints;

/** What somebody gets who runs openapi-typescript over `/openapi.json`: nothing of Keyturn's own code. */
export const clientFor = (token: string): Client<paths> =>
  createClient<paths>({ baseUrl: endpointsOf().gatewayUrl, headers: { authorization: `Bearer ${token}` } });

export const clientOf = (caller: Caller): Client<paths> => clientFor(endpointsOf().tokens[caller]);

type Outcome<Data> = { readonly data?: Data; readonly error?: unknown; readonly response: Response };

/** The body of a good answer; anything else fails with what the API said. */
export const good = <Data>({ data, error, response }: Outcome<Data>): Exclude<Data, undefined> => {
  if (!response.ok || data === undefined) throw new Error(`${response.url} answered ${response.status}: ${JSON.stringify(error)}`);
  return data as Exclude<Data, undefined>;
};
