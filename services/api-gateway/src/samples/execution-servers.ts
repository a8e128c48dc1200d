import type { ExecutionServerAnswer, ResolvedExecutionServerAnswer } from '@keyturn/contracts/api';
import type { ChosenExecutionServer, ExecutionServerRead } from '@keyturn/contracts/commands';
import { SAMPLE_CREDENTIAL_ID, SAMPLE_REVISION } from './ids.ts';

const ADDRESS = 'system.brigade.main';
const SERVER = { name: 'Main', kind: 'brigade' as const };
const AT = '2026-03-02T09:00:00.000Z';
const BASE_URL = 'https://brigade.example.com';

export const SAMPLE_SERVER: ExecutionServerRead = {
  serverId: 'main',
  ...SERVER,
  baseUrl: BASE_URL,
  enabled: true,
  isDefault: true,
  credential: ADDRESS,
  updatedAt: AT,
  revision: SAMPLE_REVISION,
};

export const SAMPLE_SERVER_ANSWER: ExecutionServerAnswer = {
  id: 'main',
  ...SERVER,
  base_url: BASE_URL,
  enabled: true,
  is_default: true,
  credential: ADDRESS,
  updated_at: AT,
};

export const SAMPLE_SERVER_BODY = { name: 'Main', base_url: BASE_URL, is_default: true, credential: ADDRESS };

export const SAMPLE_CHOSEN_SERVER: ChosenExecutionServer = {
  serverId: 'main',
  ...SERVER,
  baseUrl: BASE_URL,
  isOwn: false,
  chosenBy: 'default',
  credential: { credentialId: SAMPLE_CREDENTIAL_ID, address: ADDRESS, masked: '••••••' },
};

export const SAMPLE_RESOLVED_SERVER: ResolvedExecutionServerAnswer = {
  id: 'main',
  ...SERVER,
  base_url: BASE_URL,
  is_own: false,
  chosen_by: 'default',
  credential: { id: SAMPLE_CREDENTIAL_ID, address: ADDRESS, masked_value: '••••••' },
};
