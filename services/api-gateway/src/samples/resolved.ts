import type { ResolvedCredential } from '@keyturn/contracts/api';
import type { Resolved } from '@keyturn/contracts/commands';
import { SAMPLE_KEY_ID } from './ids.ts';

export const SAMPLE_RESOLVED_VALUE: Resolved = {
  source: 'system',
  credentialId: SAMPLE_KEY_ID,
  address: 'system.openai.main',
  credentialType: 'user_api_key',
  version: 1,
  generation: 1,
  publicFields: { provider: 'openai' },
};

export const SAMPLE_RESOLVED: ResolvedCredential = {
  source: 'system',
  credential_id: SAMPLE_KEY_ID,
  address: 'system.openai.main',
  credential_type: 'user_api_key',
  version: 1,
  generation: 1,
  fields: { provider: 'openai', apiKey: 'the key' },
};
