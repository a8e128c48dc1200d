import { STATUS_CODES } from 'node:http';
import type { Logger } from '@keyturn/telemetry';
import type { NewId } from '../command-id.ts';
import { secure } from '../middleware/security-headers/index.ts';
import { type EdgeCode, problemResponse } from '../problems.ts';

// What is no request that a route could answer is refused by Node's parser, or by the adapter that makes a `Request` of it: such a "no" looks
// like every other.

export type BelowDeps = { readonly newId: NewId; readonly log: Logger; readonly https: boolean };

type Unreadable = Extract<
  EdgeCode,
  'request-unreadable' | 'request-too-slow' | 'headers-too-large' | 'body-too-large' | 'expectation-unknown' | 'internal'
>;

/** What Node's parser stumbled over, by the code of its error. */
export const problemOfParser = (code: string | undefined): Unreadable => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'headers-too-large';
  if (code === 'HPE_CHUNK_EXTENSIONS_OVERFLOW') return 'body-too-large';
  return code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-too-slow' : 'request-unreadable';
};

/** The app lets no fault through; one that still comes is told like one of its own. */
export const problemOfFault = ({ log }: BelowDeps, fault: unknown): 'internal' => {
  log.error('http.fault', { error: fault });
  return 'internal';
};

/** The problem with a request id of its own, and the headers of every answer. What was sent is not said, nor logged: it may be a secret. */
export const refuseUnread = ({ newId, log, https }: BelowDeps, code: Unreadable): Response => {
  const requestId = newId();
  const response = problemResponse(code, requestId);
  response.headers.set('x-request-id', requestId);
  response.headers.set('connection', 'close');
  secure(response.headers, { https });
  log.info('http.unread', { requestId, code, status: response.status });
  return response;
};

/** The answer as it goes over a socket on which no request was read. */
export const bytesOf = async (response: Response): Promise<Buffer> => {
  const body = Buffer.from(await response.arrayBuffer());
  const headers = [...response.headers, ['content-length', String(body.length)]].map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([
    Buffer.from(`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${headers.join('')}\r\n`),
    body,
  ]);
};
