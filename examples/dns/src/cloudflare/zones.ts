import type Cloudflare from 'cloudflare';
import { z } from 'zod';

export const Zone = z.object({ id: z.string(), name: z.string() });
export type Zone = z.infer<typeof Zone>;

/** The records that this service manages; Cloudflare has more types. */
export const RecordBody = z.strictObject({
  type: z.enum(['A', 'AAAA', 'CNAME', 'TXT']),
  name: z.string().min(1).max(255),
  content: z.string().min(1).max(4_096),
  /** In seconds; 1: Cloudflare decides. */
  ttl: z.int().min(1).max(86_400).default(1),
});
export type RecordBody = z.infer<typeof RecordBody>;

export const DnsRecord = z.object({ id: z.string(), type: z.string(), name: z.string(), content: z.string(), ttl: z.int() });
export type DnsRecord = z.infer<typeof DnsRecord>;

const all = async <T>(pages: AsyncIterable<unknown>, schema: z.ZodType<T>): Promise<T[]> => {
  const items: T[] = [];
  for await (const item of pages) items.push(schema.parse(item));
  return items;
};

export const listZones = (client: Cloudflare): Promise<Zone[]> => all(client.zones.list({ per_page: 50 }), Zone);

export const listRecords = (client: Cloudflare, zone: string): Promise<DnsRecord[]> =>
  all(client.dns.records.list({ zone_id: zone, per_page: 100 }), DnsRecord);

export const createRecord = async (client: Cloudflare, zone: string, body: RecordBody): Promise<DnsRecord> =>
  DnsRecord.parse(await client.dns.records.create({ zone_id: zone, ...body }));

export const updateRecord = async (client: Cloudflare, zone: string, record: string, body: RecordBody): Promise<DnsRecord> =>
  DnsRecord.parse(await client.dns.records.update(record, { zone_id: zone, ...body }));

export const deleteRecord = async (client: Cloudflare, zone: string, record: string): Promise<void> =>
  void (await client.dns.records.delete(record, { zone_id: zone }));
