import { randomBytes } from 'node:crypto';

const DRAWN_BYTES = 4_096;
let drawn = Buffer.alloc(0);
let given = 0;

/**
 * Random bytes that everybody may see: nonces and salts, each given once. Drawn many at a time, because asking the system's generator costs a
 * busy vault more than a cipher does. Not for keys: what is drawn for later stays in memory until then.
 */
export const publicRandom = (bytes: number): Buffer => {
  if (given + bytes > drawn.length) {
    drawn = randomBytes(Math.max(DRAWN_BYTES, bytes)); // another buffer: what was given out of the one before stays as it is
    given = 0;
  }
  given += bytes;
  return drawn.subarray(given - bytes, given);
};
