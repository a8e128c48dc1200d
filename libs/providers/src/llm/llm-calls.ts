import type { LlmProviderId } from '@keyturn/contracts';
import { anthropicCall } from '../anthropic/index.ts';
import { cohereCall } from '../cohere/index.ts';
import { huggingFaceCall } from '../huggingface/index.ts';
import { openAiCall } from '../openai/key-call.ts';
import { replicateCall } from '../replicate/index.ts';
import type { LlmCall } from './llm-call.ts';

/** By provider, each declared in its folder; a key with an endpoint of its own has `customCall` of `llm-endpoint`. */
export const LLM_CALLS: Readonly<Record<Exclude<LlmProviderId, 'custom'>, LlmCall>> = {
  openai: openAiCall,
  anthropic: anthropicCall,
  huggingface: huggingFaceCall,
  cohere: cohereCall,
  replicate: replicateCall,
};
