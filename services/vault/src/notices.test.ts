import { recordedAs } from '@keyturn/testkit';
import { describe, expect, it } from 'vitest';
import { noticeOf } from './notices.ts';
import * as spec from './testing/credential-spec.ts';

const subjectOf = (event: { type: string; data: unknown }): string | undefined => noticeOf(recordedAs(event, 7))?.subject;

describe('a notice', () => {
  it.each([
    [spec.rotated(1, 2, 2, 1), 'rotated'],
    [spec.rolledBack(2, 1, 3), 'withdrawn'],
    [spec.preflightAsked(2, 1, ['orders/a']), 'preflight-asked'],
  ])('tells consumers of %o', (event, word) => expect(subjectOf(event)).toBe(`keyturn.evt.${spec.address}.credential.${word}`));
  it('says of a rollback which version is current, under which generation', () =>
    expect(noticeOf(recordedAs(spec.rolledBack(2, 1, 3), 7))?.payload.data).toMatchObject({ version: 1, generation: 3, position: 7 }));
  it('names the instances that are to try a version', () =>
    expect(noticeOf(recordedAs(spec.preflightAsked(2, 1, ['orders/a']), 7))?.payload.data).toMatchObject({
      version: 2,
      instances: ['orders/a'],
    }));
  it.each([spec.preflightAsked(2, 1, []), spec.staged(2, 1), spec.acknowledged('a', 2, 2)])('is not sent of %o', (event) =>
    expect(subjectOf(event)).toBeUndefined(),
  );
});
