import { parse } from 'dotenv';

/** One place in a `.env` file that gives a variable a value; lines count from 1. */
export type Assignment = { readonly variable: string; readonly value: string; readonly line: number; readonly spansLines: boolean };

/** What dotenv takes as an assignment, by its own pattern. Its `parse` tells of the last one of each variable alone. */
const ASSIGNMENT =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

const linesIn = (text: string): number => text.split('\n').length;

/** Every assignment of the file in its order, also those that a later one of the same variable overrides. */
export const assignmentsOf = (text: string): readonly Assignment[] => {
  const unix = text.replaceAll(/\r\n?/g, '\n');
  return [...unix.matchAll(ASSIGNMENT)].map(({ 0: whole, 1: variable = '', 2: written = '', index }) => {
    const begins = index + whole.length - whole.trimStart().length;
    const value = parse(whole)[variable] ?? '';
    return { variable, value, line: linesIn(unix.slice(0, begins)), spansLines: written.trim().includes('\n') };
  });
};
