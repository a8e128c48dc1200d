import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { getRequestListener, RequestError } from '@hono/node-server';
import { type BelowDeps, bytesOf, problemOfFault, problemOfParser, refuseUnread } from './below-the-app.ts';

type ServerDeps = BelowDeps & { readonly fetch: Parameters<typeof getRequestListener>[0] };

/** How large the headers of a request may be together: Node's own default, which the documentation names. */
const MAX_HEADER_BYTES = 16_384;
/** How long whoever is refused may go on sending: a connection that breaks at once takes the answer with it. */
const LINGER_MS = 1_000;

/** The app on a socket, which the caller opens. What can't be read as a request is answered by a problem too. */
export const createHttpServer = ({ fetch, ...deps }: ServerDeps): Server => {
  const listener = getRequestListener(fetch, {
    errorHandler: (fault) => refuseUnread(deps, fault instanceof RequestError ? 'request-unreadable' : problemOfFault(deps, fault)),
  });
  const refuseExpectation = getRequestListener(() => refuseUnread(deps, 'expectation-unknown'));
  const serve = (incoming: IncomingMessage, outgoing: ServerResponse): void => void listener(incoming, outgoing);
  // Without a Host the adapter refuses, by a problem; Node would do so without a word.
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false }, serve);
  server.on('checkExpectation', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    void refuseExpectation(incoming, outgoing);
  });
  refuseWhatIsNoHttp(server, deps);
  return server;
};

/** Node's parser gives up on a connection: nothing more of it is read, and what is answered ends it. */
const refuseWhatIsNoHttp = (server: Server, deps: BelowDeps): void => {
  const answers = new WeakMap<Duplex, ServerResponse>();
  const refused = new WeakSet<Duplex>();
  server.on('request', ({ socket }: IncomingMessage, outgoing: ServerResponse) => answers.set(socket, outgoing));
  server.on('clientError', (fault: NodeJS.ErrnoException, socket: Duplex) => {
    if (refused.has(socket)) return; // the parser says it again for each part that still comes
    refused.add(socket);
    const answer = answers.get(socket);
    const isAnswering = answer !== undefined && answer.headersSent && !answer.writableFinished;
    if (!socket.writable || fault.code === 'ECONNRESET' || isAnswering) return void socket.destroy(fault);
    void bytesOf(refuseUnread(deps, problemOfParser(fault.code))).then((bytes) => socket.end(bytes));
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  });
};
