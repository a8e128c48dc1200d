import { inspect } from 'node:util';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { parsePostgresFields, recordOfPostgresFields } from './fields.ts';

const record = { host: 'db', port: '6432', database: 'orders', username: 'orders', password: 'hunter2', sslmode: 'verify-full' };
const parse = (change: Record<string, string>) => parsePostgresFields(new Sensitive({ ...record, ...change }));

describe('parsePostgresFields', () => {
  it('comes back as the record that was sealed', () => {
    const parsed = parse({});
    expect(parsed.ok && recordOfPostgresFields(parsed.value).reveal()).toEqual(record);
  });

  it('takes the usual port and sslmode where none are given', () => {
    const { host, database, username, password } = record;
    expect(parsePostgresFields(new Sensitive({ host, database, username, password }))).toMatchObject({
      ok: true,
      value: { port: 5432, sslmode: 'prefer' },
    });
  });

  it.each([
    ['host', ''],
    ['host', 'db1.internal,db2.internal'],
    ['database', ''],
    ['username', ''],
    ['password', ''],
    ['port', '0'],
    ['port', '65536'],
    ['port', '5432; drop'],
    ['sslmode', 'maybe'],
    ['sslrootcert', '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----'],
  ])('names the field %s, but not its value or another', (field, value) => {
    const parsed = parse({ [field]: value });
    expect(parsed).toMatchObject({ ok: false, refusal: { code: 'fields-invalid', field } });
    expect(JSON.stringify(parsed)).not.toContain('hunter2');
  });

  it('keeps the password out of sight', () => expect(inspect(parse({}), { depth: 9 })).not.toContain('hunter2'));
});
