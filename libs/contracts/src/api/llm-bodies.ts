import { z } from 'zod';
import { LlmChosenBy } from '../commands/llm-commands.ts';
import { LLM_FORMATS, LlmModel, LlmProviderId } from '../credential-types/llm-providers.ts';
import { Address, CredentialId } from '../words.ts';

// Bodies of `/api/v1/llm/…` and `/api/v1/admin/llm/…`: snake_case, as under `/api/v1/byok`.

/** What is chosen, as a whole: what isn't said is chosen no more. */
export const LlmChoiceBody = z.strictObject({
  default_provider: LlmProviderId.nullable().default(null),
  /** By provider. */
  default_models: z.partialRecord(LlmProviderId, LlmModel).default({}),
});
export type LlmChoiceBody = z.infer<typeof LlmChoiceBody>;

/** `updated_at` is null where nothing is chosen. */
export const LlmChoiceAnswer = z.object({
  default_provider: LlmProviderId.nullable(),
  default_models: z.partialRecord(LlmProviderId, LlmModel),
  updated_at: z.string().nullable(),
});
export type LlmChoiceAnswer = z.infer<typeof LlmChoiceAnswer>;

export const LlmConfigAnswer = z.object({
  provider: LlmProviderId,
  base_url: z.string(),
  /** Null where nobody has chosen one for this provider. */
  model: z.string().nullable(),
  format: z.enum(LLM_FORMATS),
  supports_streaming: z.boolean(),
  /** Is it the user's own key? */
  is_byok: z.boolean(),
  chosen_by: LlmChosenBy,
  credential: z.object({ id: CredentialId, address: Address, masked_value: z.string().nullable() }),
  /** To programs by their grant; to nobody else. */
  api_key: z.string().optional(),
});
export type LlmConfigAnswer = z.infer<typeof LlmConfigAnswer>;
