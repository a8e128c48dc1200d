import { describe, expect, it } from 'vitest';
import { checkAddress, formFields } from './form-fields.ts';

const field = (name: string) => {
  const found = formFields('database_password').find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no field ${name}`);
  return found;
};

describe('formFields', () => {
  it('follows the schema, what is secret last', () =>
    expect(formFields('database_password').map(({ name, kind }) => [name, kind])).toEqual([
      ['host', 'text'],
      ['port', 'number'],
      ['database', 'text'],
      ['username', 'text'],
      ['sslmode', 'choice'],
      ['password', 'secret'],
    ]));
  it('offers the choices of an enum', () => expect(field('sslmode').choices).toContain('verify-full'));
  it('asks for what the schema needs', () => expect([field('password').required, field('host').required]).toEqual([true, false]));
  it('says what is missing', () => expect(field('password').check('')).toBe('Password is needed'));
  it("says what is wrong in the schema's words", () => expect(field('port').check('54x')).toBe('The port is a number, such as 5432.'));
  it('accepts what is right', () => expect([field('port').check('5432'), field('sslmode').check('')]).toEqual([null, null]));
});

describe('checkAddress', () => {
  it('accepts an address', () => expect(checkAddress('system.postgres.orders')).toBeNull());
  it.each(['', 'orders', 'System.postgres.orders', 'a.b.c.d'])('refuses %j', (text) => expect(checkAddress(text)).not.toBeNull());
});
