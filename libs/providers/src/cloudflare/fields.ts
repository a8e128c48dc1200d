import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { OpenedFields } from '../rotation/rotation-provider.ts';
import type { ProviderRefusal } from '../refusal.ts';

export const CLOUDFLARE = 'https://api.cloudflare.com/client/v4';

export const CloudflareFields = z.object({ token: z.string(), accountId: z.string().optional(), apiBaseUrl: z.string().optional() });
type Given = z.infer<typeof CloudflareFields>;
export type CloudflareFields = Omit<Given, 'apiBaseUrl'> & { readonly apiBaseUrl: string };

/** Takes the opened fields of a `cloudflare_api_token` value; `baseUrl` where it names none. */
export const parseCloudflareFields = (record: OpenedFields, baseUrl: string): Result<CloudflareFields, ProviderRefusal> => {
  const parsed = CloudflareFields.safeParse(record.reveal());
  if (parsed.success) return ok({ ...parsed.data, apiBaseUrl: parsed.data.apiBaseUrl ?? baseUrl });
  const field = String(parsed.error.issues[0]?.path[0] ?? 'token');
  return refuse({ code: 'fields-invalid', field, sentence: `The field \`${field}\` of the Cloudflare token is missing.` });
};
