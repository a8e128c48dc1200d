import { parse } from 'dotenv';
import { assignmentsOf } from './assignments.ts';

const assigns = (line: string, variable: string): boolean => {
  const trimmed = line.trimStart().replace(/^export\s+/, '');
  return trimmed.startsWith(variable) && /^\s*[=:]/.test(trimmed.slice(variable.length));
};

const withoutValue = (line: string, variable: string): string => `${line.slice(0, line.indexOf(variable) + variable.length)}=`;

const blankOne = (text: string, variable: string): string => {
  const lines = text
    .split('\n')
    .map((line) => (assigns(line, variable) ? withoutValue(line, variable) + (line.endsWith('\r') ? '\r' : '') : line));
  return lines.join('\n');
};

const sameBut = (before: Record<string, string>, after: Record<string, string>, variable: string): boolean => {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].every((name) => after[name] === (name === variable ? '' : before[name]));
};

/** A variable that was not blanked. `several-values`: only the last one of them is what was read. */
export type LeftVariable = { readonly variable: string; readonly why: 'several-lines' | 'several-values' };

const whyLeft = (text: string, next: string, variable: string): LeftVariable['why'] | null => {
  const given = assignmentsOf(text).filter((each) => each.variable === variable);
  if (new Set(given.map(({ value }) => value).filter((value) => value !== '')).size > 1) return 'several-values';
  if (given.some(({ spansLines }) => spansLines)) return 'several-lines';
  return sameBut(parse(text), parse(next), variable) ? null : 'several-lines';
};

/**
 * The file with the values of these variables gone and all else as it was, comments included. Read back, the new text must differ in nothing
 * but them; a variable where it would (a value over several lines) is left alone and named in `left`, and so is one that the file gives
 * several values: whoever asks knows of the last one only.
 */
export const blankEnvVariables = (
  text: string,
  variables: readonly string[],
): { readonly text: string; readonly left: readonly LeftVariable[] } => {
  let current = text;
  const left: LeftVariable[] = [];
  for (const variable of variables) {
    const next = blankOne(current, variable);
    const why = whyLeft(current, next, variable);
    if (why === null) current = next;
    else left.push({ variable, why });
  }
  return { text: current, left };
};
