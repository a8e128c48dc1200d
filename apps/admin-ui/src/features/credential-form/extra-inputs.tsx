import { ActionIcon, Button, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { strings } from '../../strings.ts';
import type { ExtraKind } from './extra-fields.ts';
import { nameInput, valueInput } from './extra-fields.ts';
import { inputProps, SecretInput } from './form-input.tsx';
import classes from './credential-form.module.css';
import type { Form } from './use-form.ts';

const text = strings.forms.extra;

type Row = { readonly row: number; readonly name: string; readonly value: string };
type Props = { readonly kind: ExtraKind; readonly form: Form; readonly values: ReadonlyArray<readonly [string, string]> };

/** Fields that a person names: a row each, of a name and a value. Which rows there are is state; what is in them is not. */
export const ExtraInputs = ({ kind, form, values }: Props) => {
  const [rows, setRows] = useState<readonly Row[]>(() => values.map(([name, value], row) => ({ row, name, value })));
  const add = (): void => setRows([...rows, { row: Math.max(-1, ...rows.map(({ row }) => row)) + 1, name: '', value: '' }]);
  const isSecret = kind === 'secret';
  return (
    <div className={classes['extras']}>
      {rows.map(({ row, name, value }) => (
        <div key={row} className={classes['extra']}>
          <TextInput
            {...inputProps(form, nameInput(kind, row))}
            label={isSecret ? text.secretName : text.name}
            defaultValue={name}
            spellCheck={false}
          />
          {isSecret ? (
            <SecretInput form={form} name={valueInput(kind, row)} label={text.secretValue} />
          ) : (
            <TextInput {...inputProps(form, valueInput(kind, row))} label={text.value} defaultValue={value} spellCheck={false} />
          )}
          <ActionIcon
            className={classes['remove'] ?? ''}
            variant="subtle"
            color="gray"
            size="lg"
            aria-label={`${text.remove}${name === '' ? '' : `: ${name}`}`}
            onClick={() => setRows(rows.filter((one) => one.row !== row))}
          >
            <IconTrash size={17} />
          </ActionIcon>
        </div>
      ))}
      <Button variant="subtle" size="compact-sm" leftSection={<IconPlus size={15} />} onClick={add}>
        {isSecret ? text.addSecret : text.addPublic}
      </Button>
    </div>
  );
};
