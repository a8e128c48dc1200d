import { randomBytes } from 'node:crypto';
import { hashOf } from '@keyturn/provider-simulators';
import { describe, expect, it } from 'vitest';
import { holdsValue } from './find-values.ts';

const values = [randomBytes(32).toString('base64url'), randomBytes(20).toString('hex'), `-${randomBytes(31).toString('base64url')}_`];
const inBase64 = (value: string): string => Buffer.from(value).toString('base64');

describe('a value in a log', () => {
  it.each<[string, (value: string) => string]>([
    ['in JSON', (value) => `{"level":"info","password":"${value}"}\n`],
    ['in a connection string', (value) => `cannot reach postgres://orders:${value}@127.0.0.1:5432/orders`],
    ['in a statement', (value) => `STATEMENT:  ALTER ROLE orders PASSWORD '${value}'`],
    ['in base64', (value) => `{"body":"${inBase64(value)}"}`],
    ['in a header', (value) => `authorization=Basic ${inBase64(value).replace(/=+$/u, '')} sent`],
  ])('is found %s by its hash', (_where, line) => {
    for (const value of values) {
      expect(holdsValue(`before\n${line(value)}\nafter`, new Set([hashOf(value)]))).toBe(true);
      expect(holdsValue(`before\n${line(value)}\nafter`, new Set([hashOf('another value of that length')]))).toBe(false);
    }
  });
});
