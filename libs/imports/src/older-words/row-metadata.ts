import { CREDENTIAL_TYPES, type CredentialType, type PublicFields } from '@keyturn/contracts';
import { z } from 'zod';

/** What a row's `metadata` says that a credential of ours can keep. */
export type RowMetadata = { readonly publicFields: PublicFields; readonly label?: string; readonly remarks: readonly string[] };

const Metadata = z.record(z.string(), z.unknown());
const LABELS: ReadonlySet<string> = new Set(['label', 'name', 'description', 'display_name']);
/** They repeat what the columns say. */
const REPEATED: ReadonlySet<string> = new Set(['service', 'credential_type', 'user_id']);
/** Other names for our fields. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['api_user', 'apiUser'],
  ['api_username', 'apiUser'],
  ['username', 'username'],
  ['user_name', 'userName'],
  ['client_ip', 'clientIp'],
  ['account_id', 'accountId'],
  ['api_base_url', 'apiBaseUrl'],
  ['base_url', 'endpoint'],
  ['endpoint_url', 'endpoint'],
  ['client_id', 'clientId'],
  ['issuer_url', 'issuerUrl'],
  ['token_url', 'tokenUrl'],
  ['api_version', 'apiVersion'],
]);

const parsed = (metadata: string): unknown => {
  try {
    return JSON.parse(metadata);
  } catch {
    return null;
  }
};

/** They say where the secret is sent to be tested: who could write the old table doesn't decide on that. */
const ASKED_ANEW = /^check[A-Z]/u;

/** Takes over what fits a public field of the type, and a label; the names of all else become a remark, their values go nowhere. */
export const readMetadata = (type: CredentialType, metadata: string | null | undefined): RowMetadata => {
  if (metadata === null || metadata === undefined || metadata.trim() === '') return { publicFields: {}, remarks: [] };
  const read = Metadata.safeParse(parsed(metadata));
  if (!read.success) return { publicFields: {}, remarks: ['Its metadata is no JSON object and was left out.'] };
  const shape = CREDENTIAL_TYPES[type].publicFields.shape;
  const fields: Record<string, string> = {};
  const left: string[] = [];
  let label: string | undefined;
  for (const [name, value] of Object.entries(read.data)) {
    const field = RENAMED.get(name) ?? name;
    if (REPEATED.has(name)) continue;
    if (LABELS.has(name) && typeof value === 'string' && value !== '') label ??= value.slice(0, 200);
    else if (Object.hasOwn(shape, field) && !ASKED_ANEW.test(field) && ['string', 'number', 'boolean'].includes(typeof value))
      fields[field] = String(value);
    else left.push(name.slice(0, 64));
  }
  const remarks = left.length > 0 ? [`Left out of its metadata: ${left.join(', ')}.`] : [];
  return { publicFields: fields, remarks, ...(label === undefined ? {} : { label }) };
};
