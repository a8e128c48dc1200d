import { describe, expect, it } from 'vitest';
import { publicRandom } from './public-random.ts';

describe('publicRandom', () => {
  it('gives nothing twice, and changes nothing that it gave', () => {
    const given = Array.from({ length: 2_000 }, (_each, index) => publicRandom(index % 2 === 0 ? 12 : 32));
    const asGiven = given.map((bytes) => bytes.toString('hex'));
    for (let each = 0; each < 1_000; each += 1) publicRandom(32);
    expect(given.map((bytes) => bytes.toString('hex'))).toEqual(asGiven);
    expect(given.every((bytes, index) => bytes.length === (index % 2 === 0 ? 12 : 32))).toBe(true);
    expect(new Set(asGiven.map((hex) => hex.slice(0, 24))).size).toBe(given.length);
  });
  it('gives as many as are asked for', () => expect(publicRandom(10_000)).toHaveLength(10_000));
});
