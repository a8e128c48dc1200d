import { randomUUID } from 'node:crypto';
import type { Hono } from 'hono';
import { answer, type Asked, DENIED, refuse } from './cloudflare-tokens.ts';
import { bearerOf, type SimulatorEnv } from './simulator.ts';

type DnsRecord = { readonly id: string; readonly type: string; readonly name: string; readonly content: string; readonly ttl: number };
const NO_RECORD = [81044, 'Record does not exist.'] as const;
const NO_ZONE = [7003, 'Could not route to /zones, perhaps your object identifier is invalid?'] as const;

/** The id under which a zone is listed: by its place among the zones that a token sees. */
export const zoneIdOf = (index: number): string => String(index).padStart(32, '0');

/** The records of zones. `zonesOf`: the names of the zones that a token sees; null where it is let in nowhere. */
export const dnsRoutes = (app: Hono<SimulatorEnv>, zonesOf: (secret: string) => readonly string[] | null): void => {
  const records = new Map<string, Map<string, DnsRecord>>();

  /** Works on the records of the zone that the path names, if the token sees it. */
  const inZone = (context: Asked, work: (held: Map<string, DnsRecord>) => Response | Promise<Response>): Response | Promise<Response> => {
    const secret = bearerOf(context.req.header('authorization'));
    const zones = zonesOf(secret);
    if (!zones) return refuse(context, 403, DENIED);
    const zone = zones.find((_name, index) => zoneIdOf(index) === context.req.param('zone'));
    if (zone === undefined) return refuse(context, 404, NO_ZONE);
    context.var.accept(secret);
    const held = records.get(zone) ?? new Map<string, DnsRecord>();
    records.set(zone, held);
    return work(held);
  };
  const write = async (context: Asked, held: Map<string, DnsRecord>, id: string): Promise<Response> => {
    const { type, name, content, ttl } = await context.req.json<Omit<DnsRecord, 'id' | 'ttl'> & { ttl?: number }>();
    const record = { id, type, name, content, ttl: ttl ?? 1 };
    held.set(id, record);
    return answer(context, record);
  };

  const path = '/zones/:zone/dns_records';
  app.get(path, (context) =>
    inZone(context, (held) => {
      const [page, size] = [Number(context.req.query('page') ?? 1), Number(context.req.query('per_page') ?? 100)];
      const items = [...held.values()].slice((page - 1) * size, page * size);
      const pages = Math.ceil(held.size / size);
      const info = { page, per_page: size, count: items.length, total_count: held.size, total_pages: pages };
      return answer(context, items, { result_info: info });
    }),
  );
  app.post(path, (context) => inZone(context, (held) => write(context, held, randomUUID().replaceAll('-', ''))));
  app.put(`${path}/:record`, (context) =>
    inZone(context, (held) => {
      const id = context.req.param('record');
      return held.has(id) ? write(context, held, id) : refuse(context, 404, NO_RECORD);
    }),
  );
  app.delete(`${path}/:record`, (context) =>
    inZone(context, (held) => {
      const id = context.req.param('record');
      return held.delete(id) ? answer(context, { id }) : refuse(context, 404, NO_RECORD);
    }),
  );
};
