import { LLM_PROVIDERS } from '@keyturn/contracts';
import { type LlmCall, openAiModels } from '../llm/llm-call.ts';

const { name, baseUrl } = LLM_PROVIDERS.openai;

/** The models that a key may use. */
export const openAiCall: LlmCall = { name, baseUrl, ...openAiModels };
