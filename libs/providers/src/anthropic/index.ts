import { LLM_PROVIDERS } from '@keyturn/contracts';
import { listed, type LlmCall } from '../llm/llm-call.ts';

const { name, baseUrl } = LLM_PROVIDERS.anthropic;

/** The models that a key may use, on one page. */
export const anthropicCall: LlmCall = {
  name,
  baseUrl,
  path: '/v1/models?limit=1000',
  headers: (key) => ({ 'x-api-key': key, 'anthropic-version': '2023-06-01' }),
  can: listed('data'),
};
