import { randomBytes } from 'node:crypto';
import { Sensitive } from '@keyturn/kernel';
import { describe, expect, it } from 'vitest';
import { describeKeyWrapper } from '../../testing/describe-key-wrapper.ts';
import { environmentKeyWrapper, parseKeks } from './environment-key-wrapper.ts';

const fresh = (): string => randomBytes(32).toString('base64');
const keksIn = (text: string) => parseKeks(new Sensitive(text));

describeKeyWrapper('environment', () => environmentKeyWrapper(new Sensitive(`${fresh()}, ${fresh()}`)));

describe('KEYTURN_KEK', () => {
  it('names its keys by the same fingerprints as a file, the newest first', () => {
    const [a, b] = [fresh(), fresh()];
    expect(keksIn(`${a},${b}`).map(({ id }) => id)).toEqual([...keksIn(a), ...keksIn(b)].map(({ id }) => id));
    expect(keksIn(a)[0]?.id).toMatch(/^kek-[0-9a-f]{16}$/);
  });
  it.each(['', 'secret', fresh().slice(0, -5), `${fresh()},`, randomBytes(33).toString('base64'), randomBytes(32).toString('hex')])(
    'is refused, without showing it: %s',
    (text) => {
      const shown = text.slice(0, 8);
      const refusal =
        shown.length < 8 ? /not 32 bytes in base64/ : new RegExp(`^(?!.*${shown.replaceAll('+', '\\+')}).*not 32 bytes in base64`);
      expect(() => keksIn(text)).toThrow(refusal);
    },
  );
  it('says which of several is wrong', () => expect(() => keksIn(`${fresh()},x,${fresh()}`)).toThrow('key 2 of 3 in KEYTURN_KEK'));
  it('is refused where it names a key twice', () => {
    const kek = fresh();
    expect(() => keksIn(`${kek},${kek}`)).toThrow('names the same key twice');
  });
});
