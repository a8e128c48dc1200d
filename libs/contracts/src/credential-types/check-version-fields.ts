import type { z } from 'zod';
import type { FieldIssue, Fields, TypeDefinition } from './definition.ts';
import { CREDENTIAL_TYPES, type CredentialType } from './registry.ts';
import { neededToIssue } from './strategies.ts';

const labelOf = (definition: TypeDefinition, name: string): string =>
  definition.display.find((field) => field.name === name)?.label ?? `The field ${name}`;

const describe = (definition: TypeDefinition, issue: z.core.$ZodIssue): FieldIssue[] => {
  const path = issue.path.join('.') || 'fields';
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => ({ path: key, message: 'There is no such field.' }));
  if (issue.code === 'invalid_type') return [{ path, message: `${labelOf(definition, path)} is needed.` }];
  return [{ path, message: issue.message }];
};

const issuesOf = (definition: TypeDefinition, schema: z.ZodObject, fields: Fields): FieldIssue[] =>
  schema.safeParse(fields).error?.issues.flatMap((issue) => describe(definition, issue)) ?? [];

/** Everything that is wrong with a version's fields, in sentences that never hold a value; none if they fit their type. */
export const checkVersionFields = (type: CredentialType, publicFields: Fields, secretFields: Fields): readonly FieldIssue[] => {
  const definition = CREDENTIAL_TYPES[type];
  const found = [
    ...issuesOf(definition, definition.publicFields, publicFields),
    ...issuesOf(definition, definition.secretFields, secretFields),
  ];
  return found.length > 0 ? found : (definition.check?.(publicFields, secretFields) ?? []);
};

/** What is wrong with public fields alone, where the secret ones stay as they are: rules that need both are the vault's to check. */
export const checkPublicFields = (type: CredentialType, publicFields: Fields): readonly FieldIssue[] => {
  const definition = CREDENTIAL_TYPES[type];
  const found = issuesOf(definition, definition.publicFields, publicFields);
  if (found.length > 0) return found;
  const isSecret = (path: string): boolean => Object.hasOwn(definition.secretFields.shape, path) || path === definition.mainSecret;
  return definition.check?.(publicFields, {}).filter(({ path }) => !isSecret(path)) ?? [];
};

/** The public fields that a rotation would need, by this issuer if there is one, and that are not there. */
export const missingToRotate = (type: CredentialType, publicFields: Fields, issuer: string | null): readonly string[] =>
  [...CREDENTIAL_TYPES[type].neededToRotate, ...(issuer === null ? [] : neededToIssue(type, publicFields))].filter(
    (name) => publicFields[name] === undefined,
  );

/** Why a value of the type with these public fields can't be tested at its provider, in one sentence; null where it can. */
export const noTestBecause = (type: CredentialType, publicFields: Fields): string | null => {
  const { neededToTest, title } = CREDENTIAL_TYPES[type];
  if (neededToTest === undefined) return `There is no test for the type "${title}" yet.`;
  const missing = neededToTest.map((names) => [names].flat()).filter((names) => names.every((name) => publicFields[name] === undefined));
  return missing.length === 0 ? null : `It can't be tested without ${missing.map((names) => names.join(' or ')).join(', ')}.`;
};

const differing = ({ defaults = {} }: TypeDefinition, names: readonly string[], one: Fields, other: Fields): readonly string[] =>
  names.filter((name) => (one[name] ?? defaults[name]) !== (other[name] ?? defaults[name]));

/** The fields that say where the secret is sent, and differ. */
export const strayedDestinations = (type: CredentialType, one: Fields, other: Fields): readonly string[] => {
  const definition: TypeDefinition = CREDENTIAL_TYPES[type];
  const { destinations = [] } = definition;
  const names = destinations === 'any' ? [...new Set([...Object.keys(one), ...Object.keys(other)])] : destinations;
  return differing(definition, names, one, other);
};

/** The same, and those that say how well it is guarded on its way: what its issuer’s secret is in for as well. */
export const strayedFromIssuer = (type: CredentialType, issuer: Fields, own: Fields): readonly string[] => {
  const definition: TypeDefinition = CREDENTIAL_TYPES[type];
  return [...strayedDestinations(type, issuer, own), ...differing(definition, definition.guards ?? [], issuer, own)];
};

/** The same, and those that say what is done with it at its test. */
export const movedDestinations = (type: CredentialType, before: Fields, after: Fields): readonly string[] => {
  const definition: TypeDefinition = CREDENTIAL_TYPES[type];
  return [...strayedFromIssuer(type, before, after), ...differing(definition, definition.testedBy ?? [], before, after)];
};
