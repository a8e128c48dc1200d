import { LLM_PROVIDERS } from '@keyturn/contracts';
import type { LlmCall } from '../llm/llm-call.ts';
import { bearer } from '../http/index.ts';
import { whatTokenCan } from './whoami.ts';

/** Whose a token is. What its language models are called at says nothing about a token; the Hub does. */
export const huggingFaceCall: LlmCall = {
  name: LLM_PROVIDERS.huggingface.name,
  baseUrl: 'https://huggingface.co',
  path: '/api/whoami-v2',
  headers: bearer,
  can: whatTokenCan,
};
