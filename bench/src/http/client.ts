import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Asks with a bearer token over kept connections, and answers the JSON body; what isn't a success is thrown. */
export type HttpClient = (method: string, path: string, body?: string) => Promise<unknown>;

/** Node's own client: `fetch` would cost the load's maker about what the request costs the gateway. */
export const httpClient = (url: string, token: string): HttpClient => {
  const agent = new Agent({ keepAlive: true });
  return async (method, path, body) => {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(method === 'GET' ? {} : { 'if-match': '*' }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    };
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      request(`${url}${path}`, { agent, method, headers }, resolve).on('error', reject).end(body);
    });
    const answer = await text(response);
    const status = response.statusCode ?? 0;
    if (status < 200 || status > 299) throw new Error(`${path} was answered ${status}: ${answer}`);
    return JSON.parse(answer);
  };
};
