import type { ByokKeySaved } from '@keyturn/contracts/api';
import { describe, expect, it } from 'vitest';
import { untilSettled } from './until-settled.ts';

const KEY: ByokKeySaved['key'] = {
  key_id: '0198c2f6-31aa-7d10-b6c1-000000000000',
  provider: 'openai',
  name: 'work',
  label: 'Work',
  endpoint: null,
  enabled: true,
  is_default: true,
  key_preview: 'sk-p...4f2a',
  added_at: '2026-01-05T08:00:00.000Z',
  last_tested_at: null,
  test_status: 'testing',
  usage: { reveals: 0, resolutions: 0, fetches: 0, by_day: [] },
};
const saved = (status: ByokKeySaved['status']): ByokKeySaved => ({ message: '', status, key: KEY });

const sending = (...answers: ByokKeySaved['status'][]) => {
  let sent = 0;
  return {
    send: () => Promise.resolve(saved(answers[Math.min(sent++, answers.length - 1)] ?? 'testing')),
    sent: () => sent,
  };
};

describe('a key that is being tested', () => {
  it('is asked for until its test has ended', async () => {
    const { send, sent } = sending('testing', 'testing', 'committed');
    expect((await untilSettled(send)).status).toBe('committed');
    expect(sent()).toBe(3);
  });
  it('is left to the page after a minute', async () => {
    const { send, sent } = sending('testing');
    expect((await untilSettled(send)).status).toBe('testing');
    expect(sent()).toBe(4);
  });
  it('fails with what the test ended with', async () => {
    await expect(untilSettled(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  });
});
