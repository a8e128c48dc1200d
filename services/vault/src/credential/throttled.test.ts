import { specTime } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import * as spec from '../testing/credential-spec.ts';
import type { CredentialCommand } from './command.ts';
import { nextStep } from './next-step.ts';

const { given } = spec;
const SENTENCE = 'Cloudflare takes no more calls just now, and nobody calls it before.';
const open = [...spec.base, spec.requested(1)];
const throttled = (second: number) => spec.throttled(1, second, SENTENCE);
const tell = (waitMs: number, second: number): CredentialCommand => ({
  type: 'epoch.record-throttled',
  data: { epoch: 1, waitMs, sentence: SENTENCE, now: specTime(second) },
});
const sentenceAt = (second: number): string => {
  const { state } = given(...open, throttled(1_800));
  if (state.status !== 'registered') throw new Error('the spec registers a credential first');
  const next = nextStep(state, 1, spec.facts([], second));
  return next.ok ? next.value.sentence : next.refusal.code;
};

describe('a rotation whose provider takes no calls', () => {
  it('has its wait in the log, by the vault’s clock', () =>
    given(...open)
      .when(tell(1_770_000, 30))
      .then(throttled(1_800)));
  it('has one wait there once, however often it is told of', () =>
    given(...open, throttled(1_800))
      .when(tell(1_501_000, 300))
      .thenNothing());
  it('has a longer one there, too', () =>
    given(...open, throttled(1_800))
      .when(tell(3_600_000, 300))
      .then(throttled(3_900)));
  it('is told nothing of once it is over', () =>
    given(...open, spec.failed(1))
      .when(tell(1_770_000, 30))
      .thenRefused({ code: 'rotation-closed', epoch: 1 }));
  it('says until when it waits, and why, and then what it does', () => {
    expect(sentenceAt(30)).toBe(`Waiting until ${specTime(1_800).slice(11, 19)} UTC: ${SENTENCE}`);
    expect(sentenceAt(1_801)).toMatch(/^Choosing and sealing version 2/u);
  });
});
