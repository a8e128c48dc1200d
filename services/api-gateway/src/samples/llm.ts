import type { LlmChoiceAnswer, LlmConfigAnswer } from '@keyturn/contracts/api';
import type { LlmChoiceRead, LlmConfig } from '@keyturn/contracts/commands';
import { SAMPLE_KEY_ID, SAMPLE_REVISION } from './ids.ts';

export const SAMPLE_LLM_CHOICE: LlmChoiceRead = {
  provider: 'openai',
  models: { openai: 'gpt-5-mini' },
  chosenAt: '2026-03-02T09:00:00.000Z',
  revision: SAMPLE_REVISION,
};

export const SAMPLE_LLM_CHOICE_ANSWER: LlmChoiceAnswer = {
  default_provider: 'openai',
  default_models: { openai: 'gpt-5-mini' },
  updated_at: '2026-03-02T09:00:00.000Z',
};

const KEY = { address: 'user-k7fqzy3m5xw2a6b4c7d2e5f3g4.openai.work', masked: 'sk-p...4f2a' };

export const SAMPLE_LLM_CONFIG: LlmConfig = {
  provider: 'openai',
  chosenBy: 'preference',
  baseUrl: 'https://api.openai.com/v1',
  model: 'gpt-5-mini',
  format: 'openai',
  supportsStreaming: true,
  isOwn: true,
  credential: { credentialId: SAMPLE_KEY_ID, ...KEY },
};

export const SAMPLE_LLM_CONFIG_ANSWER: LlmConfigAnswer = {
  provider: 'openai',
  base_url: 'https://api.openai.com/v1',
  model: 'gpt-5-mini',
  format: 'openai',
  supports_streaming: true,
  is_byok: true,
  chosen_by: 'preference',
  credential: { id: SAMPLE_KEY_ID, address: KEY.address, masked_value: KEY.masked },
};
