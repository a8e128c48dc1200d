import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type HttpBindings, serve } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';

/** What goes wrong with a call. `drop`: it is carried out, and the connection is cut before the reply. */
export type Fault =
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'fail'; readonly status: 500 | 502 | 503 }
  | { readonly kind: 'rate-limit'; readonly retryAfterSeconds: number }
  | { readonly kind: 'redirect'; readonly to: string }
  | { readonly kind: 'drop' };

/** One call that was let in: when, with which secret (SHA-256, hex), for what, and what the caller calls itself (its `user-agent`). */
export type Accepted = { readonly at: string; readonly secretHash: string; readonly call: string; readonly by: string };

/** A secret by which the log can be searched without holding it. */
export const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

export type SimulatorEnv = { readonly Bindings: HttpBindings; readonly Variables: { readonly accept: (secret: string) => void } };

export type Simulator = {
  readonly url: string;
  readonly accepted: readonly Accepted[];
  /** The next `times` calls whose path contains `path`, by this method if one is named, meet the fault. */
  fault(fault: Fault, at?: At): void;
  /** Stops the next such call after it was carried out, before it is answered, or before that if so said. */
  hold(at: At & { readonly before?: boolean }): Held;
  /** From now on no more than so many calls in any such time are answered, the others with a 429. */
  limit(rate: { readonly calls: number; readonly perMs: number }): void;
  /** Calls since the limit was set, those that it refused, and the most that came in any such time. */
  limited(): { readonly calls: number; readonly refused: number; readonly most: number };
  /** Forgets faults and what was accepted. */
  reset(): void;
  close(): Promise<void>;
};

/** Which calls: those whose path contains `path`, by `method`, `times` of them once `skip` have passed. */
export type At = { readonly path?: string; readonly method?: string; readonly times?: number; readonly skip?: number };

/** A call that is stopped. `arrived`: it is there, and carried out unless it was to be stopped before. */
export type Held = { readonly arrived: Promise<void>; readonly release: () => void };

type Hold = { readonly kind: 'hold'; readonly before: boolean; readonly arrive: () => void; readonly released: Promise<void> };
type Planned = { readonly fault: Fault | Hold; readonly path: string; readonly method: string | undefined; left: number; skip: number };

const createFaults = () => {
  const planned: Planned[] = [];
  return {
    add: (fault: Fault | Hold, { path = '', method, times = 1, skip = 0 }: At = {}) =>
      void planned.push({ fault, path, method, left: times, skip }),
    take: (path: string, by: string): Fault | Hold | null => {
      const next = planned.find((one) => one.left > 0 && path.includes(one.path) && (one.method === undefined || one.method === by));
      if (!next) return null;
      if (next.skip > 0) {
        next.skip -= 1;
        return null;
      }
      next.left -= 1;
      return next.fault;
    },
    clear: () => void planned.splice(0),
  };
};

/** A sliding window, as a provider counts: what is refused counts, too. */
const createLimit = () => {
  let rate = { calls: Number.POSITIVE_INFINITY, perMs: 1 };
  let recent: number[] = [];
  let counted = { calls: 0, refused: 0, most: 0 };
  return {
    set: (next: typeof rate): void => {
      rate = next;
      recent = [];
      counted = { calls: 0, refused: 0, most: 0 };
    },
    counted: () => counted,
    /** True: one too many. */
    isOver: (): boolean => {
      const now = performance.now();
      recent = [...recent.filter((at) => at > now - rate.perMs), now];
      const isOver = recent.length > rate.calls;
      counted = {
        calls: counted.calls + 1,
        refused: counted.refused + (isOver ? 1 : 0),
        most: Math.max(counted.most, recent.length),
      };
      return isOver;
    },
  };
};

/** Starts a simulator on a free port of loopback: `routes` answers as the provider does, and tells `accept` each secret that it lets in. */
export const startSimulator = async (routes: (app: Hono<SimulatorEnv>) => void): Promise<Simulator> => {
  const accepted: Accepted[] = [];
  const faults = createFaults();
  const limit = createLimit();
  const app = new Hono<SimulatorEnv>();
  app.use(async (context, next) => {
    const call = `${context.req.method} ${context.req.path}`;
    const by = context.req.header('user-agent') ?? '';
    context.set('accept', (secret) => void accepted.push({ at: new Date().toISOString(), secretHash: hashOf(secret), call, by }));
    if (limit.isOver()) return context.text('slow down', 429, { 'retry-after': '1' });
    const fault = faults.take(context.req.path, context.req.method);
    if (fault?.kind === 'fail') return context.text('simulated trouble', fault.status);
    if (fault?.kind === 'redirect') return context.redirect(fault.to, 302);
    if (fault?.kind === 'rate-limit') return context.text('slow down', 429, { 'retry-after': String(fault.retryAfterSeconds) });
    if (fault?.kind === 'slow') await wait(fault.ms);
    if (fault?.kind === 'hold' && fault.before) {
      fault.arrive();
      await fault.released;
    }
    await next();
    if (fault?.kind === 'hold' && !fault.before) {
      fault.arrive();
      await fault.released;
    }
    if (fault?.kind !== 'drop') return;
    context.env.outgoing.socket?.destroy();
    context.res = RESPONSE_ALREADY_SENT;
  });
  routes(app);
  const server = await new Promise<ReturnType<typeof serve>>((listening) => {
    const started = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, () => listening(started));
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    accepted,
    fault: faults.add,
    limit: limit.set,
    limited: limit.counted,
    hold: ({ before = false, ...at }) => {
      const [arrival, releasing] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
      faults.add({ kind: 'hold', before, arrive: arrival.resolve, released: releasing.promise }, at);
      return { arrived: arrival.promise, release: releasing.resolve };
    },
    reset: () => {
      faults.clear();
      accepted.splice(0);
    },
    close: () =>
      new Promise((closed, failed) => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close((error) => (error ? failed(error) : closed()));
      }),
  };
};

/** What follows `Bearer ` in the request's header. */
export const bearerOf = (header: string | undefined): string => /^Bearer (?<secret>.+)$/u.exec(header ?? '')?.groups?.['secret'] ?? '';
