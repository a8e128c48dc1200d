import { type Simulator, startSimulator } from './simulator.ts';

const SENT = ['authorization', 'content-type', 'accept'];
const ANSWERED = ['content-type', 'location', 'date', 'retry-after'];

const only = (headers: Headers, names: readonly string[]): Headers =>
  new Headers(names.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])));

/**
 * Stands in front of a real server, so that calls of it can be stopped, or their answers lost, as at a simulator. `secretOf`: the secret that a
 * call shows, noted where it was let in.
 */
export const startInFrontOf = (server: string, secretOf: (request: Request) => string | null): Promise<Simulator> =>
  startSimulator((app) => {
    app.all('*', async (context) => {
      const { method, url, headers } = context.req.raw;
      const { pathname, search } = new URL(url);
      const body = method === 'GET' ? null : await context.req.arrayBuffer();
      const sent = { method, headers: only(headers, SENT), body, redirect: 'manual' } as const;
      const answer = await fetch(new URL(`${pathname}${search}`, server), sent);
      const secret = answer.ok ? secretOf(context.req.raw) : null;
      if (secret !== null) context.var.accept(secret);
      const said = await answer.arrayBuffer();
      return new Response(said.byteLength === 0 ? null : said, { status: answer.status, headers: only(answer.headers, ANSWERED) });
    });
  });
