import { exchangeOf, openApiContract, type OpenApiContract } from '@keyturn/testkit/open-api';
import type { Hono } from 'hono';
import type { EdgeEnv } from '../edge.ts';

type Ask = Hono<EdgeEnv>['request'];

let contract: Promise<OpenApiContract> | undefined;

/** The document is the same for every app of a test file. */
const contractOf = async (ask: Ask): Promise<OpenApiContract> => {
  const response = await ask('/openapi.json');
  return openApiContract(await response.json());
};

/** Asks, and throws where the answer isn't as the app's own OpenAPI document has it. */
export const keepingContract =
  (ask: Ask): Ask =>
  async (input, init, ...rest) => {
    const response = await ask(input, init, ...rest);
    const method = input instanceof Request ? input.method : (init?.method ?? 'GET');
    const url = input instanceof Request ? input.url : String(input);
    contract ??= contractOf(ask);
    const violations = await (await contract).violations(await exchangeOf(method, url, response));
    if (violations.length > 0) throw new Error(`the answer is not as documented: ${violations.join('; ')}`);
    return response;
  };
