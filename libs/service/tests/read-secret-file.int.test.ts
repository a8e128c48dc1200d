import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readSecretFile } from '../src/index.ts';

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'keyturn-secret-'));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const fileWith = (text: string): string => {
  const path = join(dir, 'secret');
  writeFileSync(path, text);
  return path;
};

describe('a secret file', () => {
  it('is read without the newline that editors leave', () => {
    expect(readSecretFile(fileWith('canary\n')).reveal()).toBe('canary');
  });
  it.each([
    ['', 1],
    [' \n', 1],
    ['short', 32],
  ])('that holds %j is refused where %i characters are needed, and not quoted', (text, atLeast) => {
    expect(() => readSecretFile(fileWith(text), atLeast)).toThrow(`${dir}/secret holds fewer than ${atLeast} characters`);
  });
  it('that is missing is named', () => {
    expect(() => readSecretFile(join(dir, 'missing'))).toThrow(/ENOENT.*missing/);
  });
});
