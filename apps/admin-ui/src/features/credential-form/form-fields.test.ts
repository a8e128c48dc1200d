import { describe, expect, it } from 'vitest';
import { checkAddress, checkFields, formFields, readFields, TYPE_CHOICES } from './form-fields.ts';
import { readRegistration } from './read-registration.ts';

const typed = (fields: Readonly<Record<string, string>>): FormData => {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

describe('formFields', () => {
  it('follows the type, what is secret last', () =>
    expect(formFields('database_password').map(({ name, secret }) => [name, secret])).toEqual([
      ['host', false],
      ['port', false],
      ['database', false],
      ['username', false],
      ['sslmode', false],
      ['password', true],
    ]));
  it('offers every type', () => expect(TYPE_CHOICES.map(({ value }) => value)).toContain('cloudflare_api_token'));
  it('leaves out what is empty', () =>
    expect(readFields('database_password', typed({ host: 'db', port: '', password: 'x', colour: 'red' }))).toEqual({
      publicFields: { host: 'db' },
      secretFields: { password: 'x' },
    }));
});

describe('checkFields', () => {
  it('says what is missing', () => expect(checkFields('database_password', typed({}))).toEqual({ password: 'Password is needed.' }));
  it("says what is wrong in the type's words", () =>
    expect(checkFields('database_password', typed({ port: '54x', password: 'x' }))).toEqual({
      port: 'The port is a number, such as 5432.',
    }));
  it('knows rules that need two fields', () =>
    expect(checkFields('user_api_key', typed({ provider: 'openai', apiKey: 'hf_1234567890' }))).toEqual({
      apiKey: 'This looks like a key of HuggingFace, and the provider is OpenAI.',
    }));
  it('accepts what is right', () => expect(checkFields('generic', typed({ value: 'two\nlines' }))).toEqual({}));
});

describe('checkAddress', () => {
  it('accepts an address', () => expect(checkAddress('system.postgres.orders')).toBeNull());
  it.each(['', 'orders', 'System.postgres.orders', 'a.b.c.d'])('refuses %j', (text) => expect(checkAddress(text)).not.toBeNull());
});

describe('readRegistration', () => {
  it('says what was typed and nothing else', () => {
    const form = typed({
      address: 'system.misc.one',
      value: 's',
      displayName: ' ',
      tags: 'b, A b',
      owner: ' ops ',
      isDefault: 'on',
      issuer: '',
    });
    expect(readRegistration('generic', form)).toEqual({
      address: 'system.misc.one',
      credentialType: 'generic',
      publicFields: {},
      secretFields: { value: 's' },
      tags: ['b', 'a'],
      owner: 'ops',
      isDefault: true,
    });
  });
});
