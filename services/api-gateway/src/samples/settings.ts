import { DEFAULT_POLICY } from '@keyturn/contracts';
import type { SettingsView } from '@keyturn/contracts/api';

export const SAMPLE_SETTINGS: SettingsView = { defaultPolicy: DEFAULT_POLICY, backupRetentionDays: 35 };
