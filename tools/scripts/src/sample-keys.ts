import type { ByokKey } from '@keyturn/contracts/api';

const DAY_MS = 86_400_000;
const id = (end: number): string => `0198c2f6-31aa-7d10-b6c1-${String(end).padStart(12, '0')}`;

/** Days of use, the busiest in the middle of a month. */
const useUntil = (now: Date, most: number): ByokKey['usage'] => {
  const by_day = Array.from({ length: 30 }, (_, ago) => ({
    day: new Date(now.getTime() - ago * DAY_MS).toISOString().slice(0, 10),
    reveals: 0,
    resolutions: Math.round((most / 2) * (1 + Math.sin(ago / 3))),
    fetches: 0,
  })).toReversed();
  return { reveals: 0, resolutions: by_day.reduce((sum, { resolutions }) => sum + resolutions, 0), fetches: 0, by_day };
};

/** Keys of one's own for a picture. */
export const sampleKeys = (now: Date): ByokKey[] => {
  const ago = (ms: number): string => new Date(now.getTime() - ms).toISOString();
  const key = {
    endpoint: null,
    enabled: true,
    is_default: true,
    added_at: ago(40 * DAY_MS),
    last_tested_at: ago(2 * 3_600_000),
    test_status: 'valid' as const,
  };
  return [
    { ...key, key_id: id(1), provider: 'openai', name: 'work', label: 'Work', key_preview: 'sk-proj...4f2a', usage: useUntil(now, 60) },
    {
      ...key,
      key_id: id(2),
      provider: 'openai',
      name: 'home',
      label: 'Home',
      is_default: false,
      enabled: false,
      key_preview: 'sk-proj...91c0',
      usage: useUntil(now, 0),
    },
    {
      ...key,
      key_id: id(3),
      provider: 'anthropic',
      name: 'main',
      label: 'Research',
      key_preview: 'sk-ant-...7d1e',
      usage: useUntil(now, 25),
    },
  ];
};
