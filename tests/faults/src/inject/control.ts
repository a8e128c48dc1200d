import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A process that is stopped at a failpoint. */
export type Stopped = { readonly pid: number };

/** One place at which one process will be stopped. */
export type Stop = {
  /** Somebody stands there. */
  readonly reached: Promise<Stopped>;
  /** Lets it go on, and everybody after it. */
  release(): void;
};

export type StopOptions = {
  readonly point: string;
  /** The credential's id or address. */
  readonly about: readonly string[];
  /** It goes on as if what it was told had never arrived. */
  readonly drop?: boolean;
};

type Passing = { readonly pid: number; readonly about: string };

/** Who is asked by every process that passes a failpoint. */
export type Control = {
  readonly url: string;
  /** The first process that comes by is stopped, at each time that it passes, until it is released; no other one is. */
  stopAt(options: StopOptions): Stop;
  /** Resolves when that process passes the point the next time, with that credential. */
  passes(point: string, who: Passing): Promise<void>;
  close(): Promise<void>;
};

type Armed = {
  readonly options: StopOptions;
  pid: number | null;
  readonly held: ServerResponse[];
  readonly arrive: (stopped: Stopped) => void;
};

export const startControl = async (): Promise<Control> => {
  const waiting = new Set<Passing & { readonly point: string; readonly tell: () => void }>();
  const armed = new Set<Armed>();

  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '/', 'http://control').searchParams;
    const [point, about, pid] = [asked.get('point') ?? '', asked.get('about') ?? '', Number(asked.get('pid'))];
    for (const one of waiting) if (one.point === point && one.pid === pid && one.about === about) one.tell();
    const meets = [...armed].find((one) => one.options.point === point && one.options.about.includes(about) && (one.pid ?? pid) === pid);
    if (!meets) return void response.end();
    meets.held.push(response);
    if (meets.pid !== null) return;
    meets.pid = pid;
    meets.arrive({ pid });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stopAt: (options) => {
      const arrival = Promise.withResolvers<Stopped>();
      const own: Armed = { options, pid: null, held: [], arrive: arrival.resolve };
      armed.add(own);
      return {
        reached: arrival.promise,
        release: () => {
          armed.delete(own);
          own.held.splice(0).forEach((response) => response.end(options.drop === true ? 'drop' : ''));
        },
      };
    },
    passes: (point, who) =>
      new Promise((resolve) => {
        const one = {
          point,
          ...who,
          tell: () => {
            waiting.delete(one);
            resolve();
          },
        };
        waiting.add(one);
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
