import { describe, expect, it } from 'vitest';
import { nameFault, presentable, scrub } from './scrub.ts';

const SECRET = 'hunter2-Canary';

describe('scrub', () => {
  it.each([
    [`connect postgres://orders:${SECRET}@db:5432/orders failed`],
    [`password=${SECRET} refused`],
    [`{"password": "${SECRET}"}`],
    [`ALTER ROLE x PASSWORD = '${SECRET} with spaces'`],
    [`api_key: ${SECRET}`],
  ])('takes the secret out of %s', (text) => {
    expect(scrub(text)).not.toContain(SECRET);
    expect(scrub(text)).toContain('[scrubbed]');
  });

  it('takes out a generated password and a verifier', () => {
    expect(scrub('x 3qZVnZ1b7Jr0m5cXwYk2lS8uT4vA9dEfGhIjKlMnOpQ y')).toBe('x [scrubbed] y');
    expect(scrub('SCRAM-SHA-256$4096:c2FsdA==$a:b end')).toBe('[scrubbed] end');
  });

  it('leaves our own sentences alone', () => {
    const sentence = 'Run GRANT orders TO keyturn_issuer WITH ADMIN TRUE for 019064d2-9bd2-7c6f-8a11-0e5f3c7d9b10 (42501).';
    expect(scrub(sentence)).toBe(sentence);
  });

  it('cuts a sentence to what the vault takes', () => expect(presentable('word '.repeat(200))).toHaveLength(500));
});

describe('nameFault', () => {
  it('names classes and codes and no message', () => {
    const cause = Object.assign(new TypeError(`password ${SECRET}`), { code: 'ECONNREFUSED' });
    expect(nameFault(new Error(`could not use ${SECRET}`, { cause }))).toBe('Error, caused by TypeError ECONNREFUSED');
  });

  it('repeats no name or code that could be a text', () => {
    const fault = Object.assign(new Error('x'), { name: `bad ${SECRET}`, code: `my ${SECRET}` });
    expect(nameFault(fault)).toBe('Error');
    expect(nameFault(SECRET)).toBe('something that is no error was thrown');
  });
});
