import { DEFAULT_POLICY } from '@keyturn/contracts';
import { describe, expect, it } from 'vitest';
import { defaultPolicy } from './default-policy.ts';

describe('the default policy', () => {
  it('is the built-in one, save what the setting says', () => {
    expect(defaultPolicy('{}')).toEqual(DEFAULT_POLICY);
    expect(defaultPolicy('{"graceMs":5}')).toEqual({ ...DEFAULT_POLICY, graceMs: 5 });
  });
  it.each([
    ['no JSON', '{graceMs: canary}', /^the vault's settings are wrong: DEFAULT_POLICY: it is no JSON$/u],
    ['no object', '"canary"', /DEFAULT_POLICY: Invalid input: expected object/u],
    ['no number', '{"graceMs":"canary"}', /DEFAULT_POLICY: graceMs: /u],
    ['out of bounds', '{"graceMs":-771}', /DEFAULT_POLICY: graceMs: /u],
    ['two mistakes', '{"graceMs":"canary","approvals":771}', /DEFAULT_POLICY: graceMs: .*; approvals: /u],
    ['a setting that there is not', '{"gracems":771}', /DEFAULT_POLICY: .*gracems/u],
    ['a force, for which nobody answers', '{"onDeadline":"force"}', /DEFAULT_POLICY: onDeadline: force is chosen/u],
    ['what contradicts itself', '{"silentAfterMs":20000,"lostAfterMs":20000}', /DEFAULT_POLICY: lostAfterMs/u],
  ])('with %s is refused in one line that holds no value', (_what, json, sentence) => {
    const load = () => defaultPolicy(json);
    expect(load).toThrow(sentence);
    expect(load).not.toThrow(/canary|771|\n/u);
  });
});
