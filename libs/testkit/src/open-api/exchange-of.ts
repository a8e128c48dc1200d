import type { Exchange } from './open-api-contract.ts';

/** Reads what the contract checks off an answer, from a copy; a stream of events stays unread. */
export const exchangeOf = async (method: string, url: string, response: Response): Promise<Exchange> => {
  const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
  return { method, url, status: response.status, headers: response.headers, body: isStream ? null : await response.clone().text() };
};
