import { z } from 'zod';
import { LLM_FORMATS, LlmModel, LlmProviderId } from '../credential-types/llm-providers.ts';
import { Address, ConsumerName, CredentialId, Scope, VersionNumber } from '../words.ts';

/** Which provider is meant where none is named, and which model of each. */
export const LlmChoice = z.object({ provider: LlmProviderId.nullable(), models: z.partialRecord(LlmProviderId, LlmModel) });
export type LlmChoice = z.infer<typeof LlmChoice>;

/** Chooses for a scope: somebody's preference in their own, everybody's default in the system's. Replaces what was chosen before. */
export const ChooseLlm = LlmChoice.extend({ scope: Scope });
export type ChooseLlm = z.infer<typeof ChooseLlm>;

export const ClearLlmChoice = z.object({ scope: Scope });
export type ClearLlmChoice = z.infer<typeof ClearLlmChoice>;

/** `chosenAt` is null where nothing is. */
export const LlmChoiceView = LlmChoice.extend({ chosenAt: z.string().nullable() });
export type LlmChoiceView = z.infer<typeof LlmChoiceView>;
/** With the revision on which somebody who read it may decide. */
export const LlmChoiceRead = LlmChoiceView.extend({ revision: z.string() });
export type LlmChoiceRead = z.infer<typeof LlmChoiceRead>;

/** For whom a program asks. `token`: the gateway has verified their own access token. Else a grant must name their scope (ADR-0021). */
export const OnBehalfOf = z.object({
  issuer: z.string().min(1).max(500),
  subject: z.string().min(1).max(255),
  shownBy: z.literal('token').optional(),
});
export type OnBehalfOf = z.infer<typeof OnBehalfOf>;

/** As whom a program asks: by the role `consumer:<name>`, or with the proof of one of the consumer's API tokens. */
export const AsConsumer = {
  consumer: ConsumerName,
  proof: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'SHA-256 in hex')
    .optional(),
  user: OnBehalfOf.optional(),
};

/** What is asked for; what isn't said is chosen. */
export const LlmWanted = { provider: LlmProviderId.optional(), model: LlmModel.optional() };

/**
 * Asks for the language model that a program is to use, with its key, where a `read` grant covers it. The answer's secret is `{ apiKey }`,
 * its value `ResolvedLlm`.
 */
export const ResolveLlm = z.object({ ...AsConsumer, ...LlmWanted });
export type ResolveLlm = z.infer<typeof ResolveLlm>;

/** Which word decided on the provider. */
export const LlmChosenBy = z.enum(['request', 'preference', 'own-key', 'default']);
export type LlmChosenBy = z.infer<typeof LlmChosenBy>;

export const LlmConfig = z.object({
  provider: LlmProviderId,
  chosenBy: LlmChosenBy,
  baseUrl: z.string(),
  /** Null where nobody has chosen one for this provider. */
  model: z.string().nullable(),
  format: z.enum(LLM_FORMATS),
  supportsStreaming: z.boolean(),
  isOwn: z.boolean(),
  /** The key; `masked` shows what of it may be shown. */
  credential: z.object({ credentialId: CredentialId, address: Address, masked: z.string().nullable() }),
});
export type LlmConfig = z.infer<typeof LlmConfig>;

export const ResolvedLlm = LlmConfig.extend({ version: VersionNumber });
export type ResolvedLlm = z.infer<typeof ResolvedLlm>;
