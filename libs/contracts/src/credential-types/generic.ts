import { z } from 'zod';
import { type FieldIssue, type Fields, text, type TypeDefinition } from './definition.ts';
import { HTTP_CHECK_DISPLAY, HTTP_CHECK_FIELDS, httpCheckIssues } from './http-check.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const MOST = 50;

const misnamed = (fields: Fields): readonly FieldIssue[] =>
  Object.keys(fields)
    .filter((name) => !NAME.test(name))
    .map((path) => ({ path, message: 'A field name begins with a letter or _, then letters, digits, _, - and . follow, 64 in all.' }));

const check = (publicFields: Fields, secretFields: Fields): readonly FieldIssue[] => {
  const secrets = Object.keys(secretFields);
  const twice = secrets.filter((name) => Object.hasOwn(publicFields, name));
  return [
    ...misnamed(publicFields),
    ...misnamed(secretFields),
    ...(secrets.length === 0 ? [{ path: 'value', message: 'At least one secret field is needed.' }] : []),
    ...(secrets.length + Object.keys(publicFields).length > MOST ? [{ path: 'value', message: `At most ${MOST} fields.` }] : []),
    ...twice.map((path) => ({ path, message: 'A field is either public or secret.' })),
    ...httpCheckIssues(publicFields, secretFields),
  ];
};

export const generic = {
  title: 'Other secret',
  lead: 'Anything else: one secret, or several, with any fields beside them.',
  provider: null,
  icon: 'key',
  docsUrl: null,
  mask: 'whole',
  mainSecret: 'value',
  publicFields: z.object(HTTP_CHECK_FIELDS).catchall(text('A public field', 4096)),
  secretFields: z.object({}).catchall(text('A secret field', 65_536)),
  neededToRotate: [],
  neededToTest: ['checkUrl'],
  destinations: 'any',
  display: [{ name: 'value', label: 'Value', help: 'Any text, several lines too.' }, ...HTTP_CHECK_DISPLAY],
  check,
} as const satisfies TypeDefinition;
