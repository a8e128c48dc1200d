import { ok, refuse } from '@keyturn/kernel';
import { expect, it } from 'vitest';
import { lacksOf } from './lacks.ts';

it('What a rotation would be refused for is a lack of the issuer, with its statements', () => {
  const lacks = refuse({ code: 'issuer-lacks-privilege', sentence: 'It may not.', grants: ['GRANT a;', 'GRANT b;'] } as const);
  expect(lacksOf(lacks)).toEqual(
    ok({ lacks: [{ code: 'issuer-lacks-privilege', needed: 'rotation', sentence: 'It may not.', statement: 'GRANT a; GRANT b;' }] }),
  );
  expect(lacksOf(refuse({ code: 'issuer-denied', sentence: 'Who?' }))).toEqual(
    ok({ lacks: [{ code: 'issuer-denied', needed: 'rotation', sentence: 'Who?' }] }),
  );
});

it('A provider that can’t be reached says nothing of the issuer', () =>
  expect(lacksOf(refuse({ code: 'provider-unreachable', sentence: 'Away.' }))).toMatchObject({ ok: false }));
