import { describe, expect, it } from 'vitest';
import {
  changedPublicFields,
  checkAddress,
  checkFields,
  checkPublic,
  formFields,
  labelOfField,
  readFields,
  TYPE_CHOICES,
} from './form-fields.ts';
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
      ['sslrootcert', false],
      ['testQuery', false],
      ['roles', false],
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
      tags: ['b', 'a'],
      owner: 'ops',
      isDefault: true,
    });
  });
});

describe('fields that a person names', () => {
  const form = typed({
    value: 'one',
    'public-name:0': 'realm',
    'public-value:0': 'eu',
    'secret-name:0': ' seed ',
    'secret-value:0': 'two',
    'secret-name:1': '',
    'secret-value:1': '',
  });
  it('are read beside those of the type; an empty row is none', () =>
    expect(readFields('generic', form)).toEqual({ publicFields: { realm: 'eu' }, secretFields: { value: 'one', seed: 'two' } }));
  it('are told of at their own input', () => {
    expect(checkFields('generic', form)).toEqual({});
    form.set('public-name:0', 'seed');
    form.set('secret-value:1', 'three');
    expect(checkFields('generic', form)).toMatchObject({
      'secret-name:0': 'Another field has this name',
      'secret-name:1': 'A name is needed',
    });
    const misnamed = typed({ value: 'x', 'public-name:2': '1st', 'public-value:2': 'x' });
    expect(Object.keys(checkFields('generic', misnamed))).toEqual(['public-name:2']);
  });
});

describe('an edit of public fields', () => {
  it('says what changed, and empties what is gone', () =>
    expect(changedPublicFields({ host: 'a', port: '1', sslmode: 'prefer' }, { host: 'b', port: '1' })).toEqual({ host: 'b', sslmode: '' }));
  it('misses no secret', () => expect(checkPublic('database_password', typed({ port: '5432' }))).toEqual({}));
  it("says what is wrong in the type's words", () =>
    expect(checkPublic('user_api_key', typed({ provider: 'custom' }))).toEqual({
      endpoint: 'A custom provider needs its endpoint, e.g. https://llm.example.com/v1.',
    }));
});

describe('labelOfField', () => {
  it("is the type's word, or the name itself", () =>
    expect([labelOfField('database_password', 'sslmode'), labelOfField('generic', 'realm')]).toEqual(['TLS mode', 'realm']));
});
