import type { ByokKey, ByokStats, ByokTestResult } from '@keyturn/contracts/api';
import type { CredentialSummary, DayOfUse } from '@keyturn/contracts/queries';
import { SAMPLE_SUMMARY } from './credential.ts';
import { SAMPLE_KEY_ID } from './ids.ts';

/** A key of whom `test-app.ts` lets in. */
export const SAMPLE_OWN_KEY: CredentialSummary = {
  ...SAMPLE_SUMMARY,
  credentialId: SAMPLE_KEY_ID,
  address: 'user-k7fqzy3m5xw2a6b4c7d2e5f3g4.openai.work',
  credentialType: 'user_api_key',
  displayName: 'Work',
  labels: {},
  tags: [],
  owner: null,
  publicFields: { provider: 'openai' },
  masks: { apiKey: 'sk-p...4f2a' },
  openEpoch: null,
};

export const SAMPLE_DAY: DayOfUse = { credentialId: SAMPLE_KEY_ID, day: '2026-03-02', reveals: 1, resolutions: 41, fetches: 0 };

const USAGE: ByokKey['usage'] = {
  reveals: 1,
  resolutions: 41,
  fetches: 0,
  by_day: [{ day: '2026-03-02', reveals: 1, resolutions: 41, fetches: 0 }],
};

export const SAMPLE_KEY: ByokKey = {
  key_id: SAMPLE_KEY_ID,
  provider: 'openai',
  name: 'work',
  label: 'Work',
  endpoint: null,
  enabled: true,
  is_default: true,
  key_preview: 'sk-p...4f2a',
  added_at: '2026-01-05T08:00:00.000Z',
  last_tested_at: '2026-03-02T09:00:00.400Z',
  test_status: 'valid',
  usage: USAGE,
};

export const SAMPLE_KEY_TEST: ByokTestResult = {
  key_id: SAMPLE_KEY_ID,
  provider: 'openai',
  test_status: 'valid',
  sentence: 'OpenAI accepts the key.',
  tested_at: '2026-03-02T09:00:00.400Z',
  elapsed_ms: 230,
};

export const SAMPLE_STATS: ByokStats = { total_keys: 1, enabled_keys: 1, providers: [{ id: 'openai', keys: 1 }], usage: USAGE };
