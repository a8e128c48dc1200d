import { CREDENTIAL_TYPES } from '@keyturn/contracts';
import { Sensitive } from '@keyturn/kernel';
import { parse } from 'dotenv';
import { mainSecretOf } from '../older-words/legacy-type.ts';
import type { FoundCredential, SkippedRow, SourceItem } from '../source-item.ts';
import { type Assignment, assignmentsOf } from './assignments.ts';
import { ENV_TABLE, type EnvRule } from './env-table.ts';

const LOOKS_SECRET = /(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_KEY|_KEY)$/;

export type EnvFileOptions = {
  /** The file's own name: it becomes the credentials' name. */
  readonly fileName: string;
  /** Variables outside the table that are to be kept as `generic`. */
  readonly generic?: readonly string[];
};

type Variables = Readonly<Record<string, string>>;

const ruleOf = (variable: string, generic: readonly string[]): EnvRule | undefined =>
  ENV_TABLE.find((rule) => rule.variable === variable) ??
  (generic.includes(variable) ? { variable, service: variable, credentialType: 'generic', beside: {} } : undefined);

const publicFieldsOf = ({ beside, fixed, credentialType }: EnvRule, variables: Variables) => {
  const known = CREDENTIAL_TYPES[credentialType].publicFields.shape;
  const brought = Object.entries(beside).flatMap(([variable, field]) => {
    const value = variables[variable];
    return value === undefined || value === '' || !(field in known) ? [] : [[field, value] as const];
  });
  return { ...Object.fromEntries(brought), ...fixed };
};

const foundBy = (rule: EnvRule, value: string, variables: Variables, fileName: string): FoundCredential => ({
  kind: 'found',
  reference: rule.variable,
  owner: { kind: 'system' },
  service: rule.service,
  name: fileName,
  credentialType: rule.credentialType,
  publicFields: publicFieldsOf(rule, variables),
  secretFields: new Sensitive(mainSecretOf(rule.credentialType, value)),
  history: {},
  remarks: [],
});

const skipped = (variable: string, variables: Variables, generic: readonly string[]): SkippedRow => {
  const owner = Object.keys(variables).find((other) => ruleOf(other, generic)?.beside[variable] !== undefined);
  if (owner !== undefined) return { kind: 'skipped', reference: variable, sentence: `A public field; it goes along with ${owner}.` };
  if (variable === 'ENCRYPTION_KEY' || variable === 'FERNET_KEY') {
    return { kind: 'skipped', reference: variable, sentence: 'It opens the older system’s tokens; nothing outside accepts it.' };
  }
  const sentence = LOOKS_SECRET.test(variable)
    ? `Not in the table of known variables, though it may be a secret; --generic ${variable} imports it.`
    : 'Not a credential: it is not in the table of known variables.';
  return { kind: 'skipped', reference: variable, sentence };
};

const overridingSentence = ({ variable, value }: Assignment, last: Assignment): string => {
  if (value === last.value) return `Line ${last.line} gives ${variable} the same value again.`;
  if (value === '') return `The variable is empty here; line ${last.line} gives it a value.`;
  return last.value === ''
    ? `Line ${last.line} leaves ${variable} empty, and that counts; the value of this line is not imported.`
    : `Line ${last.line} gives ${variable} another value, and that one counts; the value of this line is not imported.`;
};

/** An assignment that a later one of the same variable overrides. */
const overridden = (each: Assignment, last: Assignment): SkippedRow => ({
  kind: 'skipped',
  reference: `${each.variable} (line ${each.line})`,
  sentence: overridingSentence(each, last),
});

const SEVERAL_VALUES = 'the file gives it several values, and only the last one is imported; blank it by hand';

/**
 * Every assignment of a `.env` file, in its order: a credential by the table (`ENV_TABLE`), or why it is none. Of several of one variable the
 * last one counts, as everywhere; each of the others is told of by its line.
 */
export const readEnvFile = (text: string, { fileName, generic = [] }: EnvFileOptions): readonly SourceItem[] => {
  const variables = parse(text);
  const assignments = assignmentsOf(text);
  const lastOf = new Map(assignments.map((each) => [each.variable, each]));
  return assignments.map((each): SourceItem => {
    const { variable, value } = each;
    const last = lastOf.get(variable) ?? each;
    if (last !== each) return overridden(each, last);
    const rule = ruleOf(variable, generic);
    if (!rule) return skipped(variable, variables, generic);
    if (value === '') return { kind: 'empty', reference: variable, sentence: 'The variable is empty.' };
    const found = foundBy(rule, value, variables, fileName);
    const isOnly = assignments.every((other) => other.variable !== variable || other.value === value || other.value === '');
    return isOnly ? found : { ...found, staysBecause: SEVERAL_VALUES };
  });
};
