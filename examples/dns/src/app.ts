import { hash, timingSafeEqual } from 'node:crypto';
import type { Sensitive } from '@keyturn/kernel';
import type { Logger } from '@keyturn/telemetry';
import Cloudflare from 'cloudflare';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { z } from 'zod';
import type { CloudflareAccounts } from './cloudflare/accounts.ts';
import { createRecord, deleteRecord, listRecords, listZones, RecordBody, updateRecord } from './cloudflare/zones.ts';
import { type Followed, NoCredential } from './followed.ts';
import { listDomains } from './namecheap/domains.ts';
import { deleteHost, Host, HostsNotKept, listHosts, NoHost, putHosts, WrittenType } from './namecheap/hosts.ts';
import { type NamecheapAccount, NamecheapRefused } from './namecheap/namecheap-account.ts';

export type DnsDeps = {
  readonly cloudflare: CloudflareAccounts;
  readonly namecheap: Followed<NamecheapAccount>;
  readonly apiToken: () => Sensitive<string>;
  readonly log: Logger;
};

type Trouble = { readonly status: 400 | 401 | 404 | 409 | 502 | 503; readonly code: string; readonly sentence: string };

const answer = (c: Context, { status, ...said }: Trouble): Response => c.json(said, status);

/** What the caller sent isn't as it should be. */
class BodyInvalid extends Error {
  override readonly name = 'BodyInvalid';
}

const bodyOf = async <T>(c: Context, schema: z.ZodType<T>): Promise<T> => {
  const body: unknown = await c.req.json().catch(() => {
    throw new BodyInvalid('The body is no JSON.');
  });
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const where = parsed.error.issues.map(({ path }) => path.join('.') || 'body').join(', ');
  throw new BodyInvalid(`This isn’t as it should be: ${where}.`);
};

/** What a fault means to whoever called; never a provider's own text, which may repeat a secret. */
const troubleOf = (fault: unknown): Trouble => {
  if (fault instanceof NoCredential) return { status: 503, code: 'no-credential', sentence: `There is ${fault.message}.` };
  if (fault instanceof BodyInvalid) return { status: 400, code: 'body-invalid', sentence: fault.message };
  if (fault instanceof Cloudflare.NotFoundError)
    return { status: 404, code: 'not-found', sentence: 'Cloudflare has no such zone or record.' };
  if (fault instanceof Cloudflare.APIError) {
    return { status: 502, code: 'cloudflare-refused', sentence: `Cloudflare answered ${fault.status ?? 'nothing'}.` };
  }
  if (fault instanceof NoHost) return { status: 404, code: 'not-found', sentence: 'The domain has no record of this name and type.' };
  if (fault instanceof HostsNotKept) return { status: 409, code: 'hosts-not-kept', sentence: `${fault.message}: nothing was changed.` };
  if (fault instanceof NamecheapRefused) return { status: 502, code: 'namecheap-refused', sentence: `${fault.message}.` };
  return { status: 502, code: 'provider-unreachable', sentence: 'The provider could not be asked.' };
};

const isSame = (a: string, b: string): boolean => timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));

const accountOf = (c: Context): string | undefined => c.req.query('account');

const cloudflareRoutes = (cloudflare: CloudflareAccounts): Hono => {
  const app = new Hono();
  app.get('/zones', async (c) => c.json({ items: await cloudflare.use(accountOf(c), listZones) }));
  const records = '/zones/:zone/dns_records';
  app.get(records, async (c) => {
    const zone = c.req.param('zone');
    return c.json({ items: await cloudflare.use(accountOf(c), (client) => listRecords(client, zone)) });
  });
  app.post(records, async (c) => {
    const [zone, body] = [c.req.param('zone'), await bodyOf(c, RecordBody)];
    return c.json(await cloudflare.use(accountOf(c), (client) => createRecord(client, zone, body)), 201);
  });
  app.put(`${records}/:record`, async (c) => {
    const { zone, record } = c.req.param();
    const body = await bodyOf(c, RecordBody);
    return c.json(await cloudflare.use(accountOf(c), (client) => updateRecord(client, zone, record, body)));
  });
  app.delete(`${records}/:record`, async (c) => {
    const { zone, record } = c.req.param();
    await cloudflare.use(accountOf(c), (client) => deleteRecord(client, zone, record));
    return c.body(null, 204);
  });
  return app;
};

const namecheapRoutes = (namecheap: Followed<NamecheapAccount>): Hono => {
  const app = new Hono();
  app.get('/domains', async (c) => c.json({ items: await namecheap.use(listDomains) }));
  const hosts = '/domains/:domain/hosts';
  app.get(hosts, async (c) => c.json(await namecheap.use((account) => listHosts(account, c.req.param('domain')))));
  app.put(hosts, async (c) => {
    const { items } = await bodyOf(c, z.strictObject({ items: z.array(Host).min(1).max(150) }));
    return c.json(await namecheap.use((account) => putHosts(account, c.req.param('domain'), items)));
  });
  app.delete(`${hosts}/:type/:name`, async (c) => {
    const { domain, type, name } = c.req.param();
    const written = WrittenType.safeParse(type);
    if (!written.success) throw new BodyInvalid(`Only records of these types are removed: ${WrittenType.options.join(', ')}.`);
    await namecheap.use((account) => deleteHost(account, domain, { name, type: written.data }));
    return c.body(null, 204);
  });
  return app;
};

/** The DNS service as one function from request to response. */
export const createApp = ({ cloudflare, namecheap, apiToken, log }: DnsDeps): Hono => {
  const app = new Hono();
  app.get('/healthz', (c) => c.json({ ok: true }));
  app.use('/api/*', bodyLimit({ maxSize: 256 * 1024 }));
  app.use('/api/*', async (c, next) => {
    const shown = c.req.header('authorization') ?? '';
    if (isSame(shown, `Bearer ${apiToken().reveal()}`)) return next();
    return answer(c, { status: 401, code: 'unauthenticated', sentence: 'Show the service’s token.' });
  });
  app.get('/api/v1/credentials', (c) => c.json({ cloudflare: cloudflare.status(), namecheap: { version: namecheap.version() } }));
  app.route('/api/v1/cloudflare', cloudflareRoutes(cloudflare));
  app.route('/api/v1/namecheap', namecheapRoutes(namecheap));
  app.notFound((c) => answer(c, { status: 404, code: 'not-found', sentence: 'There is nothing here.' }));
  app.onError((fault, c) => {
    const trouble = troubleOf(fault);
    log.warn('dns.failed', { path: c.req.path, code: trouble.code, status: trouble.status });
    return answer(c, trouble);
  });
  return app;
};
