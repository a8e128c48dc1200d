import { describe, expect, it } from 'vitest';
import { etagOf, revisionFrom } from './if-match.ts';

describe('If-Match', () => {
  it('brings back what ETag said', () => expect(revisionFrom(etagOf('1.9'))).toEqual({ ok: true, value: '1.9' }));
  it('may be any', () => expect(revisionFrom(' * ')).toEqual({ ok: true, value: null }));
  it('is needed', () => expect(revisionFrom(undefined)).toMatchObject({ refusal: 'if-match-missing' }));
  it.each(['', '1.9', 'W/"1.9"', '"1.9", "1.8"', '""', `"${'9'.repeat(101)}"`])('is not %j', (header) =>
    expect(revisionFrom(header)).toMatchObject({ refusal: 'if-match-invalid' }),
  );
});
