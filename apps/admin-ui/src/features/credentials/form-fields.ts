import { Address, CREDENTIAL_TYPES } from '@keyturn/contracts';
import type { CredentialType } from '@keyturn/contracts';
import { z } from 'zod';
import { strings } from '../../strings.ts';

export type FormField = {
  readonly name: string;
  readonly label: string;
  readonly kind: 'text' | 'number' | 'choice' | 'secret';
  readonly choices: readonly string[];
  readonly required: boolean;
  readonly check: (value: string) => string | null;
};

const labelOf = (name: string): string => strings.fields[name] ?? `${name.charAt(0).toUpperCase()}${name.slice(1)}`;

const checkWith =
  (schema: z.core.$ZodType, label: string, required: boolean) =>
  (value: string): string | null => {
    if (value === '') return required ? strings.register.required(label) : null;
    const parsed = z.safeParse(schema, value);
    return parsed.success ? null : (parsed.error.issues[0]?.message ?? label);
  };

const fieldOf = (name: string, schema: z.core.$ZodType, secret: boolean): FormField => {
  const inner = schema instanceof z.ZodOptional ? schema.unwrap() : schema;
  const choices = inner instanceof z.ZodEnum ? inner.options.map(String) : [];
  const plain = choices.length > 0 ? 'choice' : name === 'port' ? 'number' : 'text';
  const label = labelOf(name);
  const required = inner === schema;
  return { name, label, kind: secret ? 'secret' : plain, choices, required, check: checkWith(inner, label, required) };
};

/** The form of a type of credential, made from its schema in the contracts: public fields first, then what is secret. */
export const formFields = (type: CredentialType): readonly FormField[] => {
  const { publicFields, secretFields } = CREDENTIAL_TYPES[type];
  return [
    ...Object.entries(publicFields.shape).map(([name, schema]) => fieldOf(name, schema, false)),
    ...Object.entries(secretFields.shape).map(([name, schema]) => fieldOf(name, schema, true)),
  ];
};

export const checkAddress = checkWith(Address, strings.register.address, true);
