import fc, { type Arbitrary } from 'fast-check';
import { CANARY } from './fitting.ts';

const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);

/** Text that software trips over. */
export const hostileText: Arbitrary<string> = fc.constantFrom(
  `${CANARY}\u0000`,
  `\u202e${CANARY}\u2066`, // bidi
  `${CANARY}\u200b\u200d\ufeff`, // no width
  `${CANARY}\ud800`, // half a character
  `${CANARY}' OR '1'='1`,
  `${CANARY}\${7*7}{{7*7}}<script>`,
  `../../${CANARY}`,
  `${CANARY}\r\nX-Injected: 1`,
  CANARY.repeat(20_000), // longer than any body may be
  CANARY.repeat(600),
  '',
  ' ',
  '__proto__',
);

/** What says that it goes on where a page of a list ended, in the form that such a thing has. */
export const hostileCursor: Arbitrary<string> = fc
  .tuple(hostileText, hostileText)
  .chain(([key, address]) =>
    fc.constantFrom([key, address], ['address', 'asc', key, address], ['address', 'asc', address], [0, null, {}, []]),
  )
  .map((parts) => Buffer.from(JSON.stringify(parts)).toString('base64url').slice(0, 4_000));

/** What stands where something else is meant. */
const hostileValue: Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.constantFrom<unknown>(null, true, -1, 0, 0.5, 1e308, 2 ** 53 + 2, [], {}, [[[[]]]], { $gt: '' }, { length: -1 }, [CANARY]),
  fc.constant(JSON.parse(nested(300, '[', ']'))),
  fc.constant({ toString: CANARY, constructor: { prototype: CANARY } }),
);

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every place in a value, as the names that lead there. */
const placesIn = (value: unknown): readonly (readonly string[])[] =>
  isObject(value) ? [[], ...Object.entries(value).flatMap(([name, inner]) => placesIn(inner).map((place) => [name, ...place]))] : [[]];

const changedAt = (value: unknown, place: readonly string[], change: (inner: unknown) => unknown): unknown => {
  const [name, ...rest] = place;
  if (name === undefined || !isObject(value)) return change(value);
  return { ...value, [name]: changedAt(value[name], rest, change) };
};

const without = (name: string) => (value: unknown) =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)) : value;

/** A value with one thing about it that is wrong, or one too many, or missing. */
export const spoilt = (value: unknown): Arbitrary<unknown> => {
  const places = placesIn(value);
  return fc.oneof(
    fc.tuple(fc.constantFrom(...places), hostileValue).map(([place, wrong]) => changedAt(value, place, () => wrong)),
    fc.constantFrom(...places).map((place) => changedAt(value, place.slice(0, -1), without(place.at(-1) ?? ''))),
    fc
      .tuple(fc.constantFrom(...places), fc.constantFrom('extra', 'constructor', '$where', 'a\u0000b', '\u202egrant'), hostileValue)
      .map(([place, name, wrong]) => changedAt(value, place, (inner) => (isObject(inner) ? { ...inner, [name]: wrong } : wrong))),
  );
};

const bytes = (text: string): Buffer => Buffer.from(text, 'utf8');

/** A body that is no JSON of this value any more, or JSON that says something twice. */
export const spoiltText = (value: unknown): Arbitrary<Buffer> => {
  const text = JSON.stringify(value);
  const twice = isObject(value)
    ? Object.keys(value).map((name) => `${text.slice(0, -1)},${JSON.stringify(name)}:${JSON.stringify(CANARY)}}`)
    : [];
  return fc.constantFrom(
    ...[...twice, `${text.slice(0, -1)},"__proto__":{"polluted":${JSON.stringify(CANARY)}}}`].map(bytes),
    bytes(text.slice(0, -1)),
    bytes(`${text}${text}`),
    bytes(`\ufeff${text}`),
    bytes(nested(100_000, '[', ']')),
    bytes(`{"a":${'9'.repeat(5_000)}}`),
    bytes(`{"a":1e99999,"b":-0,"c":"${CANARY}"}`),
    bytes(`// ${CANARY}\n${text}`),
    bytes(`{'a':'${CANARY}'}`),
    Buffer.concat([bytes(`{"a":"${CANARY}`), Buffer.from([0xc3, 0x28, 0xff, 0xfe]), bytes('"}')]), // no UTF-8
    Buffer.from(text, 'utf16le'),
    Buffer.from([0]),
  );
};
