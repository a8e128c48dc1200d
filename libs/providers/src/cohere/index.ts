import { LLM_PROVIDERS } from '@keyturn/contracts';
import { bearer } from '../http/index.ts';
import { listed, type LlmCall } from '../llm/llm-call.ts';

const { name, baseUrl } = LLM_PROVIDERS.cohere;

/** The models that a key may use, on one page. */
export const cohereCall: LlmCall = { name, baseUrl, path: '/v1/models?page_size=1000', headers: bearer, can: listed('models') };
