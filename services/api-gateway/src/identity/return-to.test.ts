import { describe, expect, it } from 'vitest';
import { localPath } from './return-to.ts';

describe('localPath', () => {
  it.each(['/admin/system/credentials', '/a?b=c#d', '/'])('keeps %s', (path) => {
    expect(localPath(path)).toBe(path);
  });
  it.each([
    undefined,
    '',
    'admin',
    'https://evil.test',
    '//evil.test',
    '/\\evil.test',
    '/\\/evil.test',
    '/\t/evil.test',
    '/\n/evil.test',
    'javascript:alert(1)',
    `/${'a'.repeat(1000)}`,
  ])('sends %j home', (path) => {
    expect(localPath(path)).toBe('/');
  });
});
