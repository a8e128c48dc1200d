import { NativeSelect, PasswordInput, TextInput } from '@mantine/core';
import type { FocusEvent } from 'react';
import { strings } from '../../strings.ts';
import type { FormField } from './form-fields.ts';

type Props = {
  readonly field: FormField;
  readonly error: string | null;
  readonly onCheck: (name: string, value: string) => void;
  readonly disabled: boolean;
};

/** A check's message moves what is below it: shown between a button's press and release, the click would miss the button. */
export const isGoingToButton = ({ relatedTarget }: FocusEvent): boolean => relatedTarget instanceof HTMLButtonElement;

/** One field of a generated form. Its value stays in the browser's own input, so a secret is in no state of ours and in no attribute. */
export const FormInput = ({ field, error, onCheck, disabled }: Props) => {
  const shared = {
    name: field.name,
    label: field.label,
    error,
    disabled,
    withAsterisk: field.required,
    onBlur: (event: FocusEvent<HTMLInputElement | HTMLSelectElement>) => {
      if (!isGoingToButton(event)) onCheck(field.name, event.currentTarget.value);
    },
  };
  switch (field.kind) {
    case 'choice':
      return <NativeSelect {...shared} data={[{ value: '', label: strings.register.unset }, ...field.choices]} />;
    case 'secret':
      return (
        <PasswordInput
          {...shared}
          description={strings.register.secretHint}
          visibilityToggleButtonProps={{ 'aria-label': strings.register.showSecret, tabIndex: 0 }}
          autoComplete="off"
          data-1p-ignore
          data-lpignore="true"
          spellCheck={false}
        />
      );
    case 'number':
      return <TextInput {...shared} inputMode="numeric" autoComplete="off" />;
    case 'text':
      return <TextInput {...shared} autoComplete="off" spellCheck={false} />;
  }
};
