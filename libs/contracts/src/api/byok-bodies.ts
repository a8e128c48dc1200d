import { z } from 'zod';
import { Reason, RevealSecret, SecretRevealedTo } from '../commands/lifecycle-commands.ts';
import { LlmProviderId } from '../credential-types/llm-providers.ts';
import { TestVerdict } from '../provider-test.ts';
import { OneShotBox } from '../sealed-box.ts';
import { CredentialId, VersionNumber } from '../words.ts';

// Bodies of `/api/v1/byok/…` and of the older paths that answer the same: snake_case, as an older system's clients have them.

export const ByokProviderId = LlmProviderId;
export type ByokProviderId = z.infer<typeof ByokProviderId>;

/** `key_format`: how its keys begin, for a form; null where anything may be one. */
export const ByokProvider = z.object({ id: ByokProviderId, name: z.string(), key_format: z.string().nullable(), configured: z.boolean() });
export type ByokProvider = z.infer<typeof ByokProvider>;
export const ByokProviderList = z.object({ providers: z.array(ByokProvider) });
export type ByokProviderList = z.infer<typeof ByokProviderList>;

const Counts = { reveals: z.int(), resolutions: z.int(), fetches: z.int() };
/** How often it was given out in the last 30 days, by day (UTC); days without any are left out. */
export const ByokUsage = z.object({ ...Counts, by_day: z.array(z.object({ day: z.iso.date(), ...Counts })) });
export type ByokUsage = z.infer<typeof ByokUsage>;

/** `untested`: nobody has tested it, and it can be; `no-test`: there is no test of it. */
export const ByokTestStatus = z.enum([...TestVerdict.options, 'testing', 'untested', 'no-test']);
export type ByokTestStatus = z.infer<typeof ByokTestStatus>;

export const ByokKey = z.object({
  key_id: CredentialId,
  provider: z.string(),
  /** What tells it apart from others of its provider. */
  name: z.string(),
  label: z.string().nullable(),
  endpoint: z.string().nullable(),
  enabled: z.boolean(),
  /** The one that is meant where only the provider is said. */
  is_default: z.boolean(),
  /** Masked. */
  key_preview: z.string().nullable(),
  added_at: z.string(),
  last_tested_at: z.string().nullable(),
  test_status: ByokTestStatus,
  usage: ByokUsage,
});
export type ByokKey = z.infer<typeof ByokKey>;
export const ByokKeyList = z.object({ keys: z.array(ByokKey), next_cursor: z.string().nullable(), total: z.int() });
export type ByokKeyList = z.infer<typeof ByokKeyList>;

const wellFormed = (value: string): boolean => value.isWellFormed();
const Label = z.string().trim().min(1).max(200).refine(wellFormed, 'holds half a character');
const Endpoint = z.string().min(1).max(2000).refine(wellFormed, 'holds half a character');

const ApiKey = z.string().min(1).max(4096).refine(wellFormed, 'holds half a character');

/**
 * A key of one's own. `name`, or else `label`, tells several of one provider apart; the same again in clear brings a new value for that key.
 * Either `api_key` in clear, or `sealed`: `{ fields: { apiKey } }` in one HPKE box for `credential.register` of `key_id`, a new UUID; where
 * another key has the name, that is refused.
 */
export const AddByokKeyBody = z
  .strictObject({
    provider: ByokProviderId,
    api_key: ApiKey.optional(),
    sealed: OneShotBox.optional(),
    key_id: CredentialId.optional(),
    name: z.string().trim().min(1).max(200).optional(),
    label: Label.optional(),
    endpoint: Endpoint.optional(),
    is_default: z.boolean().optional(),
    /** Keep it, marked as untested, even where the provider can't be asked. */
    even_if_unreachable: z.boolean().optional(),
  })
  .refine(({ api_key, sealed }) => (api_key === undefined) !== (sealed === undefined), {
    path: ['api_key'],
    error: 'either api_key is needed, or sealed',
  })
  .refine(({ sealed, key_id }) => (sealed === undefined) === (key_id === undefined), {
    path: ['key_id'],
    error: 'what is sealed is sealed for a key: its new id comes along, and only then',
  });
export type AddByokKeyBody = z.infer<typeof AddByokKeyBody>;

/** What is absent stays; null clears. A new value is in `api_key`, or `sealed` for `credential.stage-value` of the key. */
export const ChangeByokKeyBody = z
  .strictObject({
    api_key: ApiKey.optional(),
    sealed: OneShotBox.optional(),
    label: Label.nullable().optional(),
    endpoint: Endpoint.nullable().optional(),
    enabled: z.boolean().optional(),
    is_default: z.boolean().optional(),
    /** Of a new value or endpoint: keep it, marked as untested, even where the provider can't be asked. */
    even_if_unreachable: z.boolean().optional(),
  })
  .refine(
    ({ even_if_unreachable: _how, ...body }) => Object.values(body).some((value) => value !== undefined),
    'something to change is needed',
  )
  .refine(({ api_key, sealed }) => api_key === undefined || sealed === undefined, {
    path: ['api_key'],
    error: 'either api_key or sealed, not both',
  });
export type ChangeByokKeyBody = z.infer<typeof ChangeByokKeyBody>;

/** `testing`: the answer could not wait for the test; the value is taken or discarded all the same. */
export const ByokKeySaved = z.object({ message: z.string(), status: z.enum(['committed', 'testing']), key: ByokKey });
export type ByokKeySaved = z.infer<typeof ByokKeySaved>;
export const ByokKeyDeleted = z.object({ message: z.string(), key_id: CredentialId, status: z.enum(['deleted', 'deleting']) });
export type ByokKeyDeleted = z.infer<typeof ByokKeyDeleted>;

/** A key that isn't saved, to be tested before it is, sealed or in clear as one that is added; without it the stored one is tested. */
export const TestByokKeyBody = z
  .strictObject({
    api_key: ApiKey.optional(),
    sealed: OneShotBox.optional(),
    key_id: CredentialId.optional(),
    endpoint: Endpoint.optional(),
  })
  .refine(({ api_key, sealed }) => api_key === undefined || sealed === undefined, {
    path: ['api_key'],
    error: 'either api_key or sealed, not both',
  })
  .refine(({ sealed, key_id }) => (sealed === undefined) === (key_id === undefined), {
    path: ['key_id'],
    error: 'what is sealed is sealed for an id: it comes along, and only then',
  })
  .refine(({ api_key, sealed, endpoint }) => endpoint === undefined || api_key !== undefined || sealed !== undefined, {
    path: ['api_key'],
    error: 'an endpoint is tested with a key',
  });
export type TestByokKeyBody = z.infer<typeof TestByokKeyBody>;

/** `key_id`: null of a key that isn't saved. */
export const ByokTestResult = z.object({
  key_id: CredentialId.nullable(),
  provider: z.string(),
  test_status: ByokTestStatus,
  /** Null while it is under way. */
  sentence: z.string().nullable(),
  tested_at: z.string().nullable(),
  elapsed_ms: z.number().nullable(),
});
export type ByokTestResult = z.infer<typeof ByokTestResult>;

/** `recipient_key`: an X25519 public key of the caller's own, base64url; the key is then sealed to it, and the gateway sees none. */
export const RevealByokKeyBody = z.strictObject({ reason: Reason, recipient_key: RevealSecret.shape.recipientKey });
export type RevealByokKeyBody = z.infer<typeof RevealByokKeyBody>;

/** `api_key` in clear over TLS, or `sealed` to the caller's key. */
export const ByokKeyRevealed = z.object({
  key_id: CredentialId,
  version: VersionNumber,
  api_key: z.string().optional(),
  sealed: SecretRevealedTo.shape.sealed,
});
export type ByokKeyRevealed = z.infer<typeof ByokKeyRevealed>;

/** `usage` is that of the first 200 keys by provider and name. */
export const ByokStats = z.object({
  total_keys: z.int(),
  enabled_keys: z.int(),
  providers: z.array(z.object({ id: ByokProviderId, keys: z.int() })),
  usage: ByokUsage,
});
export type ByokStats = z.infer<typeof ByokStats>;
