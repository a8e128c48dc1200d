import type { FieldView } from '@keyturn/contracts/credential-types';
import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { FocusEvent } from 'react';
import { strings } from '../../strings.ts';
import type { Form } from './use-form.ts';

const text = strings.forms;

/** Help stands below its input, so that inputs side by side are level. */
export const HELP_BELOW: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error'];

type InputElement = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

/** A check's message moves what is below it: shown between a button's press and release, the click would miss the button. */
const isGoingToButton = ({ relatedTarget }: FocusEvent): boolean => relatedTarget instanceof HTMLButtonElement;

/** What every input of a form has: its name, its error beside it, and a check once it was left. */
export const inputProps = ({ errors, checkInput }: Form, name: string) => ({
  name,
  error: errors[name] ?? null,
  inputWrapperOrder: HELP_BELOW,
  autoComplete: 'off',
  onBlur: (event: FocusEvent<InputElement>): void => {
    if (!isGoingToButton(event)) checkInput(name, event.currentTarget.form);
  },
});

/** Keeps password managers out: this isn't a login of the person at the page. */
export const NO_MANAGER = { 'data-1p-ignore': true, 'data-lpignore': 'true' } as const;

type SecretProps = { readonly form: Form; readonly name: string; readonly isLong?: boolean } & {
  readonly label: string;
  readonly description?: string | undefined;
  readonly placeholder?: string | undefined;
  readonly withAsterisk?: boolean;
};

/**
 * A secret's input. What is typed stays in it, in no state of ours and in no attribute. A long one isn't sized by what is in it: that would
 * be measured in a copy.
 */
export const SecretInput = ({ form, name, isLong = false, ...rest }: SecretProps) => {
  const shared = { ...inputProps(form, name), ...rest, spellCheck: false };
  if (isLong) return <Textarea {...shared} rows={4} resize="vertical" classNames={{ input: 'kt-veiled' }} />;
  return (
    <PasswordInput {...shared} {...NO_MANAGER} visibilityToggleButtonProps={{ 'aria-label': text.showSecret(rest.label), tabIndex: 0 }} />
  );
};

const hintOf = ({ help, neededToRotate }: FieldView): string | undefined =>
  [help, neededToRotate ? text.neededToRotate : null].filter((part) => part !== null).join(' ') || undefined;

type Props = { readonly field: FieldView; readonly form: Form; readonly value?: string | undefined; readonly isLong?: boolean };

/** One field of a generated form. */
export const FormInput = ({ field, form, value = '', isLong = false }: Props) => {
  const { name, label, placeholder, required, choices, secret, lines } = field;
  const said = { label, description: hintOf(field), withAsterisk: required };
  if (choices !== null) {
    return (
      <NativeSelect {...inputProps(form, name)} {...said} defaultValue={value} data={[{ value: '', label: text.unset }, ...choices]} />
    );
  }
  const hint = { ...said, placeholder: placeholder ?? undefined };
  if (secret) return <SecretInput form={form} name={name} isLong={isLong} {...hint} />;
  if (lines) return <Textarea {...inputProps(form, name)} {...hint} defaultValue={value} rows={2} resize="vertical" spellCheck={false} />;
  return <TextInput {...inputProps(form, name)} {...hint} defaultValue={value} spellCheck={false} />;
};
