import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';
import { describe, expect, it } from 'vitest';

// Every word that a person reads or hears stands in a file of strings, so that it can be translated. What the browser shows before any script
// runs (`index.html`), and names of fonts, are not such words.

const WORDLESS = new Set(['theme.ts']);
/** Attributes whose text is read or heard. */
const SPOKEN =
  /^(aria-(label|description|roledescription|valuetext|placeholder)|label|title|description|placeholder|alt|error|lead|hint|submit|cancel)$/;
const LETTER = /\p{L}/u;
/** Two words with a space between: no name, key or address of anything. */
const SENTENCE = /\p{L}\p{L}[,’]? \p{L}\p{L}/u;
/** Our own classes of style, which stand side by side as words do. */
const CLASSES = /\bkt-[\w-]+/g;

type Found = { readonly at: number; readonly text: string };
type Node = { readonly type: string; readonly start: number } & Readonly<Record<string, unknown>>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
const childrenOf = (node: Node): readonly Node[] => Object.values(node).flat().filter(isNode);

/** What a piece of text says as it stands there, without its holes. */
const textOf = (node: Node): string | null => {
  if ((node.type === 'Literal' || node.type === 'JSXText') && typeof node['value'] === 'string') return node['value'];
  if (node.type !== 'TemplateElement') return null;
  const { value } = node;
  return typeof value === 'object' && value !== null && 'cooked' in value ? String(value.cooked) : null;
};

/** What can end up as text where `node` stands: both branches of a choice, but no argument of a call. */
const shownIn = (node: Node): readonly Node[] => {
  if (textOf(node) !== null) return [node];
  const { type } = node;
  if (!['JSXExpressionContainer', 'ConditionalExpression', 'LogicalExpression', 'TemplateLiteral'].includes(type)) return [];
  const condition = type === 'ConditionalExpression' ? node['test'] : type === 'LogicalExpression' ? node['left'] : null;
  const shown = childrenOf(node).filter((child) => child !== condition);
  return (type === 'TemplateLiteral' ? shown.filter((child) => child.type === 'TemplateElement') : shown).flatMap(shownIn);
};

const nameOf = (attribute: Node): string => (isNode(attribute['name']) ? String(attribute['name']['name']) : '');

const isSilent = ({ type, callee }: Node): boolean =>
  type.startsWith('Import') ||
  type.startsWith('TS') ||
  (type === 'NewExpression' && isNode(callee) && String(callee['name']).endsWith('Error'));

const wordsIn = (node: Node): readonly Node[] => {
  if (isSilent(node)) return [];
  if (node.type === 'JSXAttribute') {
    const value = node['value'];
    if (!isNode(value) || nameOf(node) === 'preserveAspectRatio') return [];
    return [...(SPOKEN.test(nameOf(node)) ? shownIn(value) : []), ...wordsIn(value)];
  }
  if (node.type === 'JSXElement' || node.type === 'JSXFragment') {
    const children = Array.isArray(node['children']) ? node['children'].filter(isNode) : [];
    return [...children.flatMap(shownIn), ...childrenOf(node).flatMap(wordsIn)];
  }
  const text = textOf(node);
  if (text !== null) return SENTENCE.test(text.replaceAll(CLASSES, '')) ? [node] : [];
  return childrenOf(node).flatMap(wordsIn);
};

/** The words in a source, each with its line. */
const wordsOf = (file: string, source: string): readonly Found[] => {
  const { program, errors } = parseSync(file, source);
  if (errors.length > 0) throw new Error(`${file} can't be parsed`);
  const words = wordsIn(program as unknown as Node).filter((word) => LETTER.test(textOf(word) ?? ''));
  return [...new Set(words)].map((word) => ({ at: source.slice(0, word.start).split('\n').length, text: (textOf(word) ?? '').trim() }));
};

const folder = import.meta.dirname;
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
  (file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) && !/^strings[\w-]*\.ts$/.test(file) && !WORDLESS.has(file),
);

describe('the words of the page', () => {
  it('stand in the files of strings, and nowhere else', () => {
    expect(sources.length).toBeGreaterThan(200);
    const elsewhere = sources.flatMap((file) =>
      wordsOf(file, readFileSync(join(folder, file), 'utf8')).map(({ at, text }) => `${file}:${at} ${text}`),
    );
    expect(elsewhere).toEqual([]);
  });

  it.each([
    ['a text', 'const A = () => <p>Hello</p>;'],
    ['one in braces', "const A = () => <p>{'Hello'}</p>;"],
    ['one of two', "const A = ({ a }) => <p>{a ? 'Hello' : null}</p>;"],
    ['one with a hole', 'const A = ({ a }) => <p>{`Hello ${a}`}</p>;'],
    ['what is only heard', 'const A = () => <p aria-label="Hello" />;'],
    ['what stands in an empty input', "const A = ({ a }) => <B placeholder={a ?? 'Hello'} />;"],
    ['one in what an attribute holds', 'const A = () => <B icon={<p>Hello</p>} />;'],
    ['a sentence in a constant', "const A = 'Hello there';"],
  ])('would be found elsewhere: %s', (_what, source) => expect(wordsOf('a.tsx', source)).toMatchObject([{ at: 1 }]));

  it.each([
    ['a class', 'const A = () => <p className="kt-dim kt-number">·</p>;'],
    ['a key', 'const A = () => <Tab value="versions">{words.versions}</Tab>;'],
    ['what a fault says', "throw new Error('index.html has no root');"],
  ])('are not %s', (_what, source) => expect(wordsOf('a.tsx', source)).toEqual([]));
});
