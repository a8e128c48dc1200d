import { readFileSync } from 'node:fs';
import { ENV_TABLE } from '@keyturn/imports';
import { describe, expect, it } from 'vitest';
import { EXIT_CODES } from './exit-codes.ts';

const rowsOf = (document: string): string[] =>
  readFileSync(new URL(`../../../docs/${document}`, import.meta.url), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.replaceAll(/\s+/g, ' '));

describe('the documents', () => {
  it('have every exit code as the program has it', () => {
    const rows = rowsOf('cli.md');
    expect(Object.values(EXIT_CODES).filter(({ code, means }) => !rows.includes(`| ${code} | ${means} |`))).toEqual([]);
  });

  it('have every variable that is imported, with what goes along', () => {
    const rows = rowsOf('migrating.md');
    const documented = ENV_TABLE.map(({ variable, credentialType, beside }) => {
      const others = Object.keys(beside).map((name) => `\`${name}\``);
      return `| \`${variable}\` | \`${credentialType}\` |${others.length > 0 ? ` ${others.join(', ')} |` : ' |'}`;
    });
    expect(documented.filter((row) => !rows.includes(row))).toEqual([]);
  });
});
