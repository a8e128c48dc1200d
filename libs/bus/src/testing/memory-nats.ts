import { MAX_BODY_BYTES } from '@keyturn/contracts';
import { systemClock, type Clock } from '@keyturn/kernel';
import { silentLogger, type Logger } from '@keyturn/telemetry';
import { answerRequest, respondError, type RawRequest } from '../answer-request.ts';
import type { Bus, Headers, Subscribed } from '../bus.ts';
import { encode, incoming, tooLarge, withDeadline } from '../codec.ts';
import { NoResponders, RequestTimedOut, ServiceUnavailable } from '../faults.ts';
import { readAnswer } from '../read-answer.ts';
import { workQueue, type WorkQueue } from '../work-queue.ts';
import { switchboard, type Listener, type Switchboard } from './switchboard.ts';

/** A NATS server in this process: every bus that it hands out hears the others, like connections of one server. */
export type MemoryNats = {
  readonly bus: () => Bus;
  /** Cuts every bus off, or lets them back: as a server that goes away and comes again. */
  readonly setConnected: (connected: boolean) => void;
};

type Deps = { readonly board: Switchboard; readonly clock: Clock; readonly log: Logger };
const MAX_WAITING = 10_000;
const MAX_REPLY_BYTES = 1024 * 1024;

/** The rules are NATS's: queues take turns, wildcards match, payloads are copied as JSON, no listener is "no responders". */
export const memoryNats = ({ clock = systemClock, log = silentLogger }: { clock?: Clock; log?: Logger } = {}): MemoryNats => {
  const board = switchboard();
  return { bus: () => memoryBus({ board, clock, log }), setConnected: board.setConnected };
};

const memoryBus = ({ board, clock, log }: Deps): Bus => {
  const open = new Set<Subscribed>();
  const listen = (listener: Listener, work: WorkQueue): Subscribed => {
    const subscribed = {
      stop: () => {
        open.delete(subscribed);
        board.listeners.delete(listener);
        return work.idle();
      },
    };
    board.listeners.add(listener);
    open.add(subscribed);
    return subscribed;
  };
  const stopAll = async (): Promise<void> => void (await Promise.all([...open].map((each) => each.stop())));

  return {
    request: memoryRequest({ board, clock, log }),
    serve: (pattern, { queue, concurrency = 64 }, handler) => {
      const work = workQueue({ concurrency, maxWaiting: MAX_WAITING });
      const hear: Listener['hear'] = (subject, bytes, headers, respond = () => undefined) => {
        const request = { subject, bytes, headers, respond };
        const taken = work.push(() => answerRequest(request, handler, { clock, log, maxReplyBytes: () => MAX_REPLY_BYTES }));
        if (!taken) respondError(request, '503');
      };
      return listen({ pattern, queue, hear }, work);
    },
    subscribe: (pattern, handler) => {
      const work = workQueue({ concurrency: 1, maxWaiting: MAX_WAITING });
      const handle = async (...message: Parameters<typeof incoming>): Promise<void> => {
        try {
          await handler(incoming(...message));
        } catch (error) {
          log.error('bus.notice-failed', { subject: message[0], error });
        }
      };
      return listen(
        { pattern, queue: undefined, hear: (...message) => void work.push(() => handle(message[0], message[1], message[2])) },
        work,
      );
    },
    publish: (subject, payload, headers = {}) => {
      if (board.isConnected()) board.hearers(subject).forEach((listener) => listener.hear(subject, encode(payload), headers));
    },
    onStatus: (listener) => {
      board.statusListeners.add(listener);
      return () => board.statusListeners.delete(listener);
    },
    isConnected: board.isConnected,
    flush: () => Promise.resolve(),
    drain: stopAll,
    close: stopAll,
  };
};

const memoryRequest =
  ({ board, clock }: Deps): Bus['request'] =>
  async (subject, payload, { timeoutMs, headers }) => {
    const body = encode(payload);
    if (body.length > MAX_BODY_BYTES) return { refusal: tooLarge(MAX_BODY_BYTES) };
    if (!board.isConnected()) throw new ServiceUnavailable(`${subject}: not connected`);
    const [server] = board.hearers(subject);
    if (!server) throw new NoResponders(`${subject}: nobody answers`);
    const sent = withDeadline(headers, new Date(clock.now().getTime() + timeoutMs));
    const answer = await firstAnswer(subject, timeoutMs, (respond) => server.hear(subject, body, sent, respond));
    return readAnswer(subject, answer.bytes, answer.headers);
  };

type Answer = { readonly bytes: Uint8Array; readonly headers: Headers };

const firstAnswer = (subject: string, timeoutMs: number, ask: (respond: RawRequest['respond']) => void): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new RequestTimedOut(`${subject}: no answer within ${timeoutMs} ms`)), timeoutMs);
    ask((bytes, headers) => {
      clearTimeout(timer);
      resolve({ bytes, headers });
    });
  });
