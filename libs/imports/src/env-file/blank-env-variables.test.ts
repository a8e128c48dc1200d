import { describe, expect, it } from 'vitest';
import { blankEnvVariables } from './blank-env-variables.ts';

const FILE = '# A_TOKEN=old\r\nA_TOKEN=secret # of A\r\n\nexport B_KEY = "b=c"\nA_TOKEN_FILE=/x\nMANY="one\ntwo"\n';

describe('blanking variables', () => {
  it('takes the values and leaves all else as it was', () => {
    const { text, left } = blankEnvVariables(FILE, ['A_TOKEN', 'B_KEY']);
    expect(text).toBe('# A_TOKEN=old\r\nA_TOKEN=\r\n\nexport B_KEY=\nA_TOKEN_FILE=/x\nMANY="one\ntwo"\n');
    expect(left).toEqual([]);
  });

  it('leaves a value over several lines alone, and says so', () => {
    expect(blankEnvVariables(FILE, ['MANY'])).toEqual({ text: FILE, left: [{ variable: 'MANY', why: 'several-lines' }] });
  });

  it('blanks every line of a variable that is given the same value twice', () => {
    expect(blankEnvVariables('A=1\nB=3\nexport A="1"\n', ['A'])).toEqual({ text: 'A=\nB=3\nexport A=\n', left: [] });
  });

  it('leaves a variable alone that is given several values: only the last one was read', () => {
    const text = 'A=1\nA=2\nB=3\n';
    expect(blankEnvVariables(text, ['A', 'B'])).toEqual({ text: 'A=1\nA=2\nB=\n', left: [{ variable: 'A', why: 'several-values' }] });
  });

  it('takes an assignment of nothing for no value', () => {
    expect(blankEnvVariables('A=\nA=1\nA=""\n', ['A'])).toEqual({ text: 'A=\nA=\nA=\n', left: [] });
  });

  it('leaves a variable alone of which a line looks like one inside another’s value', () => {
    const text = 'A=1\nMANY="\nA=1\n"\n';
    expect(blankEnvVariables(text, ['A'])).toEqual({ text, left: [{ variable: 'A', why: 'several-lines' }] });
  });
});
