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
    expect(blankEnvVariables(FILE, ['MANY'])).toEqual({ text: FILE, left: ['MANY'] });
  });

  it('blanks every line of a variable that is given twice', () => {
    expect(blankEnvVariables('A=1\nA=2\n', ['A']).text).toBe('A=\nA=\n');
  });
});
