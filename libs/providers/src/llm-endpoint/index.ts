import { type LlmCall, openAiModels } from '../llm/llm-call.ts';

/** The models of an endpoint of one's own, whose API is like that of OpenAI. */
export const customCall = (baseUrl: string): LlmCall => ({ name: 'The endpoint', baseUrl, ...openAiModels });
