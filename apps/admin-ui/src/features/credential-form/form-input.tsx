import type { FieldView } from '@keyturn/contracts/credential-types';
import { NativeSelect, PasswordInput, Textarea, TextInput } from '@mantine/core';
import type { FocusEvent } from 'react';
import { strings } from '../../strings.ts';

type Props = {
  readonly field: FieldView;
  readonly error: string | null;
  readonly onCheck: (name: string, form: HTMLFormElement | null) => void;
  readonly disabled: boolean;
  /** The value may have several lines. */
  readonly isLong: boolean;
};

/** A check's message moves what is below it: shown between a button's press and release, the click would miss the button. */
export const isGoingToButton = ({ relatedTarget }: FocusEvent): boolean => relatedTarget instanceof HTMLButtonElement;

const hintOf = ({ help, secret, neededToRotate }: FieldView): string | undefined => {
  const parts = [help, neededToRotate ? strings.register.neededToRotate : null, secret ? strings.register.secretHint : null];
  return parts.filter((part) => part !== null).join(' ') || undefined;
};

/** One field of a generated form. Its value stays in the browser's own input, so a secret is in no state of ours and in no attribute. */
export const FormInput = ({ field, error, onCheck, disabled, isLong }: Props) => {
  const shared = {
    name: field.name,
    label: field.label,
    description: hintOf(field),
    placeholder: field.placeholder ?? undefined,
    error,
    disabled,
    withAsterisk: field.required,
    onBlur: (event: FocusEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>) => {
      if (!isGoingToButton(event)) onCheck(field.name, event.currentTarget.form);
    },
  };
  if (field.choices !== null) {
    const { placeholder: _none, ...select } = shared;
    return <NativeSelect {...select} data={[{ value: '', label: strings.register.unset }, ...field.choices]} />;
  }
  if (!field.secret) return <TextInput {...shared} autoComplete="off" spellCheck={false} />;
  if (isLong) return <Textarea {...shared} autosize minRows={2} maxRows={8} autoComplete="off" spellCheck={false} />;
  return (
    <PasswordInput
      {...shared}
      visibilityToggleButtonProps={{ 'aria-label': strings.register.showSecret, tabIndex: 0 }}
      autoComplete="off"
      data-1p-ignore
      data-lpignore="true"
      spellCheck={false}
    />
  );
};
