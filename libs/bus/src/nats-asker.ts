import { createInbox, errors, type Msg, type NatsConnection, type Subscription } from '@nats-io/transport-node';
import type { NatsHeaders } from './nats-headers.ts';

export type AskOptions = NatsHeaders & { readonly timeoutMs: number };

/**
 * Resolves with the one answer. Rejects with the errors of nats.js: `NoRespondersError`, `TimeoutError`, `PermissionViolationError` for the
 * subject or for the inbox, what `publish` throws where it can't send, and `RequestError` where the connection closed meanwhile.
 */
export type NatsAsker = (subject: string, payload: Uint8Array | string, options: AskOptions) => Promise<Msg>;

export type NatsAskerDeps = {
  readonly connection: NatsConnection;
  /** Under which this identity may hear answers. */
  readonly inboxPrefix: string;
  /** When to send; at once if not said. */
  readonly inOneGo?: (send: () => void) => void;
};

type Asked = {
  readonly subject: string;
  readonly timer: NodeJS.Timeout;
  readonly resolve: (answer: Msg) => void;
  readonly reject: (fault: Error) => void;
};

const NO_RESPONDERS = 503;

/**
 * Asks with one inbox for the answers to everything. The library's own `request` makes a random token, a race and four promises for each,
 * which was half of what a question cost whoever asks.
 */
export const natsAsker = ({ connection, inboxPrefix, inOneGo = (send) => send() }: NatsAskerDeps): NatsAsker => {
  const inbox = createInbox(inboxPrefix);
  const waiting = new Map<string, Asked>();
  let asked = 0;
  let listening: Subscription | null = null;

  const take = (reply: string): Asked | undefined => {
    const found = waiting.get(reply);
    waiting.delete(reply);
    clearTimeout(found?.timer);
    return found;
  };
  const settle = (answer: Msg): void => {
    const found = take(answer.subject);
    if (!found) return; // later than its asker waited
    if (answer.data.length === 0 && answer.headers?.code === NO_RESPONDERS) found.reject(new errors.NoRespondersError(found.subject));
    else found.resolve(answer);
  };
  const failAll = (fault: Error): void => {
    listening = null; // refused, it is gone: the next question listens anew
    [...waiting.keys()].forEach((reply) => take(reply)?.reject(fault));
  };
  const listen = (): Subscription =>
    connection.subscribe(`${inbox}.*`, { callback: (error, answer) => (error ? failAll(error) : settle(answer)) });

  const send = (reply: string, subject: string, payload: Uint8Array | string, headers: NatsHeaders): void => {
    try {
      listening ??= listen();
      connection.publish(subject, payload, { ...headers, reply });
    } catch (fault) {
      take(reply)?.reject(fault instanceof Error ? fault : new errors.RequestError('the question was not sent', { cause: fault }));
    }
  };

  const refuseFirst = (subject: string, fault: Error): void => {
    const refused = [...waiting].find(([, each]) => each.subject === subject); // the server refuses in the order of asking
    if (refused) take(refused[0])?.reject(fault);
  };
  const follow = async (): Promise<void> => {
    for await (const status of connection.status()) {
      if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue;
      if (status.error.operation === 'publish') refuseFirst(status.error.subject, status.error);
    }
    await connection.closed();
    failAll(new errors.RequestError('connection closed'));
  };
  void follow();

  return (subject, payload, { timeoutMs, ...headers }) =>
    new Promise((resolve, reject) => {
      const reply = `${inbox}.${(asked += 1)}`;
      const timer = setTimeout(() => take(reply)?.reject(new errors.TimeoutError()), timeoutMs);
      waiting.set(reply, { subject, timer, resolve, reject });
      inOneGo(() => send(reply, subject, payload, headers));
    });
};
