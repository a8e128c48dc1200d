import { z } from 'zod';
import { Address, CredentialId, VersionNumber } from '../words.ts';

// The short form of `POST /api/v1/admin/credentials`, snake_case, as clients of an older system send it.

const wellFormed = (value: string): boolean => value.isWellFormed();

/** Adds a credential of the system, or gives the one at its address a new value. */
export const AddOrUpdateBody = z.strictObject({
  service: z.string().trim().min(1).max(200),
  /** One of our types, or an older system's word for one: `api_token` of `cloudflare`. */
  credential_type: z.string().trim().min(1).max(200),
  secret: z.string().min(1).max(65_536).refine(wellFormed, 'holds half a character'),
  /** The address's last part; the `credential_type` if not said. */
  name: z.string().trim().min(1).max(200).optional(),
  /** Public fields of the type, by our names or the older ones, and a `label`; what is neither is left out, and named in `remarks`. */
  metadata: z.record(z.string().max(64), z.union([z.string().max(4096), z.number(), z.boolean(), z.null()])).optional(),
  /** Keep it, marked as untested, even where the provider can't be asked. */
  even_if_unreachable: z.boolean().optional(),
});
export type AddOrUpdateBody = z.infer<typeof AddOrUpdateBody>;

/** `service` and `credential_type` as they were sent. `testing`: the value is taken or discarded all the same. */
export const AddedOrUpdated = z.object({
  message: z.string(),
  service: z.string(),
  credential_type: z.string(),
  masked_value: z.string(),
  /** The type as which it is kept. */
  kept_as: z.string(),
  credential_id: CredentialId,
  address: Address,
  version: VersionNumber,
  status: z.enum(['committed', 'testing']),
  remarks: z.array(z.string()),
});
export type AddedOrUpdated = z.infer<typeof AddedOrUpdated>;
