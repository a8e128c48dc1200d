import { canonicalBytes } from '@keyturn/sealing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { wrapAad } from './aes-key-wrapper.ts';

it('binds the canonical JSON of what a key is for', () => {
  const Context = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer()), {
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), Context, (kekId, context) => {
      expect(wrapAad(kekId, context)).toEqual(Buffer.from(canonicalBytes({ algorithm: 'A256GCM', kekId, context })));
    }),
  );
});
