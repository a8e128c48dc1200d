import { describe, expect, it } from 'vitest';
import { SAMPLE_DAY, SAMPLE_KEY, SAMPLE_OWN_KEY } from '../samples/byok.ts';
import { SAMPLE_TEST } from '../samples/lifecycle.ts';
import { keyOf, testedOf, usageOf } from './key-view.ts';

const UNTESTED = { noTestBecause: null, open: null, items: [] };
const test = { ...SAMPLE_TEST, version: 3, verdict: 'valid' as const, at: '2026-03-02T09:00:00.400Z' };

describe('a key as its owner sees it', () => {
  it('is the credential in their words', () => {
    expect(keyOf(SAMPLE_OWN_KEY, { ...UNTESTED, items: [test] }, [SAMPLE_DAY])).toEqual(SAMPLE_KEY);
  });
  it.each(['disabled', 'deleting'] as const)('is not enabled while it is %s', (status) => {
    expect(keyOf({ ...SAMPLE_OWN_KEY, status }, UNTESTED, []).enabled).toBe(false);
  });
  it('has the label that came with an import until it gets another', () => {
    const imported = { ...SAMPLE_OWN_KEY, displayName: null, publicFields: { provider: 'openai', label: 'Imported' } };
    expect(keyOf(imported, UNTESTED, []).label).toBe('Imported');
    expect(keyOf({ ...imported, publicFields: {} }, UNTESTED, []).label).toBeNull();
  });
  it('has only its own use', () => {
    const other = { ...SAMPLE_DAY, credentialId: '0198c2f6-31aa-7d10-b6c1-000000000000' };
    expect(keyOf(SAMPLE_OWN_KEY, UNTESTED, [other]).usage).toEqual({ reveals: 0, resolutions: 0, fetches: 0, by_day: [] });
  });
});

describe('the state of its test', () => {
  const open = { testId: '0198c2f6-31aa-7d10-b6c1-000000000001', version: 3, askedAt: test.at, by: { kind: 'person' as const, id: 'ada' } };
  it.each([
    ['the last verdict on the value in use', 3, { ...UNTESTED, items: [{ ...test, version: 4 }, test] }, 'valid', test.at],
    ['untested after another value', 4, { ...UNTESTED, items: [test] }, 'untested', null],
    ['no-test where there is none', 3, { ...UNTESTED, noTestBecause: 'there is none' }, 'no-test', null],
    ['testing while one is open', 3, { ...UNTESTED, open, items: [test] }, 'testing', test.at],
    ['testing before the first value is taken', null, UNTESTED, 'testing', null],
  ] as const)('is %s', (_what, current, tests, test_status, last_tested_at) => {
    expect(testedOf({ current }, { ...tests, items: [...tests.items] })).toEqual({ test_status, last_tested_at });
  });
});

describe('use', () => {
  it('is summed up by day, over all keys', () => {
    const other = { ...SAMPLE_DAY, credentialId: '0198c2f6-31aa-7d10-b6c1-000000000000', fetches: 2 };
    const earlier = { ...SAMPLE_DAY, day: '2026-03-01' };
    expect(usageOf([SAMPLE_DAY, other, earlier])).toEqual({
      reveals: 3,
      resolutions: 123,
      fetches: 2,
      by_day: [
        { day: '2026-03-01', reveals: 1, resolutions: 41, fetches: 0 },
        { day: '2026-03-02', reveals: 2, resolutions: 82, fetches: 2 },
      ],
    });
  });
});
