import { ActionIcon, Button, Checkbox, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { ACTIONS } from './grant-rows.ts';
import type { GrantRow } from './grant-rows.ts';
import classes from './registered-consumers.module.css';

const { form: text, actions: names } = registeredConsumersWords;

type Props = {
  readonly rows: readonly GrantRow[];
  readonly errors: readonly (string | null)[];
  readonly onRows: (rows: readonly GrantRow[]) => void;
};

/** What a consumer may do: a pattern a row, with what it allows. */
export const GrantInputs = ({ rows, errors, onRows }: Props) => {
  const change = (index: number, row: Partial<GrantRow>): void => onRows(rows.map((old, at) => (at === index ? { ...old, ...row } : old)));
  return (
    <fieldset className={classes['grants']}>
      <legend>{text.grants}</legend>
      <p className="kt-sub">{text.grantsHint}</p>
      {rows.map((row, index) => (
        <div key={`grant-${index + 1}`} className={classes['grantRow']}>
          <TextInput
            className={classes['pattern'] ?? ''}
            aria-label={text.patternOf(index + 1)}
            placeholder={text.patternExample}
            value={row.pattern}
            error={errors[index] ?? null}
            onChange={(event) => change(index, { pattern: event.currentTarget.value })}
            spellCheck={false}
            autoComplete="off"
          />
          <div className={classes['grantActions']}>
            {ACTIONS.map((action) => (
              <Checkbox
                key={action}
                size="sm"
                label={names[action].name}
                title={names[action].hint}
                aria-label={text.actionOf(names[action].name, index + 1)}
                checked={row.actions.includes(action)}
                onChange={(event) => {
                  const kept = row.actions.filter((had) => had !== action);
                  change(index, { actions: event.currentTarget.checked ? [...kept, action] : kept });
                }}
              />
            ))}
          </div>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={text.remove(index + 1)}
            onClick={() => onRows(rows.filter((_row, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <Button
        variant="default"
        size="xs"
        leftSection={<IconPlus size={15} />}
        onClick={() => onRows([...rows, { pattern: '', actions: ['read', 'preflight', 'ack'] }])}
      >
        {text.add}
      </Button>
    </fieldset>
  );
};
