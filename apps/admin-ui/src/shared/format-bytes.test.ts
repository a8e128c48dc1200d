import { expect, it } from 'vitest';
import { formatBytes } from './format-bytes.ts';

it.each([
  [0, '0 byte'],
  [412, '412 byte'],
  [3_140, '3.1 kB'],
  [73_400_320, '73 MB'],
  [2_000_000_000, '2 GB'],
])('writes %i bytes as %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text));
