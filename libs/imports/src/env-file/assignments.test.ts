import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { readLegacy } from '../testing/index.ts';
import { assignmentsOf } from './assignments.ts';

const FILE = '# A=old\n\nA=1\r\nexport B = "two\nlines # A=3"\n\nA: \'4\' # comment\nC=\nD="a\\nb"\nE=`x#y`\nF=x#y\nno assignment\nA = 5';

describe('the assignments of a .env file', () => {
  it('are all told of, with their lines', () => {
    expect(assignmentsOf(FILE)).toEqual([
      { variable: 'A', value: '1', line: 3, spansLines: false },
      { variable: 'B', value: 'two\nlines # A=3', line: 4, spansLines: true },
      { variable: 'A', value: '4', line: 7, spansLines: false },
      { variable: 'C', value: '', line: 8, spansLines: false },
      { variable: 'D', value: 'a\nb', line: 9, spansLines: false },
      { variable: 'E', value: 'x#y', line: 10, spansLines: false },
      { variable: 'F', value: 'x', line: 11, spansLines: false },
      { variable: 'A', value: '5', line: 13, spansLines: false },
    ]);
  });

  it.each([FILE, readLegacy('env.auth'), '', 'A="open\nB=1\n', "A='it\\'s'\nB:\tx\n", 'A=\nB=2\n\n=x\nA==\n'])(
    'give of each variable last what dotenv reads: %j',
    (text) => {
      expect(Object.fromEntries(assignmentsOf(text).map(({ variable, value }) => [variable, value]))).toEqual(parse(text));
    },
  );
});
