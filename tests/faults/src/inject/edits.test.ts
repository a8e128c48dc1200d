import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripTypeScriptTypes } from 'node:module';
import { describe, expect, it } from 'vitest';
import { FAILPOINT_EDITS } from './failpoints.ts';
import { SEEDED_BUGS } from './seeded-bugs.ts';
import { editSource, type SourceEdit } from './source-edit.ts';

const root = join(import.meta.dirname, '../../../..');
const BUGS: readonly (readonly [string, readonly SourceEdit[]])[] = [
  ['no bug', []],
  ...SEEDED_BUGS.map(({ name, edits }) => [name, edits] as const),
];

describe('the edits of the matrix', () => {
  it.each(BUGS)('find their places in the product as it is, with %s', (_name, bug) => {
    const files = Map.groupBy([...FAILPOINT_EDITS, ...bug], ({ file }) => file);
    const edited = [...files].map(([file, own]) => stripTypeScriptTypes(editSource(readFileSync(join(root, file), 'utf8'), own)));
    expect(edited.length).toBeGreaterThan(5);
  });

  it('are refused where their place is gone, or there twice', () => {
    const edit = { file: 'a.ts', find: 'here', put: 'there' };
    expect(() => editSource('nothing', [edit])).toThrow('a.ts holds 0 times');
    expect(() => editSource('here and here', [edit])).toThrow('a.ts holds 2 times');
    expect(editSource('it is here', [edit])).toBe('it is there');
  });

  it('are in no file of the product', () => {
    for (const { file } of FAILPOINT_EDITS) expect(readFileSync(join(root, file), 'utf8')).not.toContain('keyturnFaultPoint');
  });
});
