import { LLM_PROVIDERS } from '@keyturn/contracts';
import { ok, refuse, type Result } from '@keyturn/kernel';
import { z } from 'zod';
import type { ProviderRefusal } from '../refusal.ts';
import type { OpenedFields } from '../rotation/rotation-provider.ts';

export const OPENAI: string = LLM_PROVIDERS.openai.baseUrl;

/** An opened `user_api_key` value of OpenAI that belongs to a project. */
export const OpenAiKeyFields = z.object({ provider: z.literal('openai'), apiKey: z.string(), projectId: z.string() });
export type OpenAiKeyFields = z.infer<typeof OpenAiKeyFields>;

/** An opened `openai_admin_key` value. */
export const OpenAiAdminFields = z.object({ adminKey: z.string() });
export type OpenAiAdminFields = z.infer<typeof OpenAiAdminFields>;

const SENTENCES: Readonly<Record<string, string>> = {
  provider: 'Only keys of OpenAI are issued by an OpenAI admin key.',
  projectId: 'The field `projectId` is missing: it names the project in which the key lives at OpenAI.',
  adminKey: 'The issuer is no OpenAI admin key: the field `adminKey` is missing.',
};

const parse = <Fields>(schema: z.ZodType<Fields>, record: OpenedFields): Result<Fields, ProviderRefusal> => {
  const parsed = schema.safeParse(record.reveal());
  if (parsed.success) return ok(parsed.data);
  const field = String(parsed.error.issues[0]?.path[0] ?? 'apiKey');
  return refuse({ code: 'fields-invalid', field, sentence: SENTENCES[field] ?? `The field \`${field}\` of the OpenAI key is missing.` });
};

export const parseKeyFields = (record: OpenedFields): Result<OpenAiKeyFields, ProviderRefusal> => parse(OpenAiKeyFields, record);
export const parseAdminFields = (record: OpenedFields): Result<OpenAiAdminFields, ProviderRefusal> => parse(OpenAiAdminFields, record);
