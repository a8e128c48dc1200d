import { parse } from 'dotenv';

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

/** A value over several lines is more than its first line says. */
const isOnOneLine = (text: string, variable: string): boolean =>
  text.split('\n').some((line) => assigns(line, variable) && parse(line)[variable] === parse(text)[variable]);

/**
 * The file with the values of these variables gone and all else as it was, comments included. Read back, the new text must differ in nothing
 * but them; a variable where it would (a value over several lines) is left alone and named in `left`.
 */
export const blankEnvVariables = (
  text: string,
  variables: readonly string[],
): { readonly text: string; readonly left: readonly string[] } => {
  let current = text;
  const left: string[] = [];
  for (const variable of variables) {
    const next = blankOne(current, variable);
    if (isOnOneLine(current, variable) && sameBut(parse(current), parse(next), variable)) current = next;
    else left.push(variable);
  }
  return { text: current, left };
};
