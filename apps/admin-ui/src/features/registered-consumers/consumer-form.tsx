import { ConsumerName } from '@keyturn/contracts';
import type { RegisteredConsumer } from '@keyturn/contracts/queries';
import { Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { registeredConsumersKey } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { strings } from '../../strings.ts';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { HELP_BELOW } from '../credential-form/form-input.tsx';
import { GrantInputs } from './grant-inputs.tsx';
import { grantsOf, rowErrors, rowsOf } from './grant-rows.ts';
import type { GrantRow } from './grant-rows.ts';
import { putConsumer } from './registered-queries.ts';

const text = registeredConsumersWords;

type Props = {
  /** Null registers a new one. */
  readonly before: RegisteredConsumer | null;
  /** Names that a new one can't have. */
  readonly taken: readonly string[];
  readonly onDone: (consumer: string) => void;
  readonly onCancel: () => void;
};

const nameError = (name: string, taken: readonly string[]): string | null => {
  if (name === '') return strings.forms.required(text.register.name);
  if (taken.includes(name)) return text.register.taken;
  return ConsumerName.safeParse(name).error?.issues[0]?.message ?? null;
};

/** What was typed; nothing of it is secret. */
const useTyped = ({ before, taken }: Pick<Props, 'before' | 'taken'>) => {
  const [name, setName] = useState(before?.consumer ?? '');
  const [owner, setOwner] = useState(before?.owner ?? '');
  const [rows, setRows] = useState<readonly GrantRow[]>(() => (before === null ? [] : rowsOf(before.grants)));
  const errors = { name: before === null ? nameError(name.trim(), taken) : null, rows: rowErrors(rows) };
  const isRight = errors.name === null && errors.rows.every((error) => error === null);
  return { name, setName, owner, setOwner, rows, setRows, errors, isRight };
};

/** Registers a consumer, or changes its owner and grants. */
export const ConsumerForm = ({ before, taken, onDone, onCancel }: Props) => {
  const client = useQueryClient();
  const typed = useTyped({ before, taken });
  const [isAsked, setAsked] = useState(false);
  const [key] = useState(() => requestKey());
  const [revision] = useState(before?.revision ?? 'none'); // what it becomes meanwhile is not what was decided on
  const request = useMutation({
    mutationFn: (consumer: string) => {
      const body = { owner: typed.owner.trim() === '' ? null : typed.owner.trim(), grants: grantsOf(typed.rows) };
      return putConsumer(consumer, { body, idempotencyKey: key.of(JSON.stringify([consumer, body])), revision });
    },
    onError: key.answered,
    onSuccess: async (_answer, consumer) => {
      key.answered();
      await client.invalidateQueries({ queryKey: registeredConsumersKey });
      onDone(consumer);
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (typed.isRight) request.mutate(typed.name.trim());
  };
  const words = before === null ? text.register : text.edit;
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        {before === null ? (
          <TextInput
            label={text.register.name}
            description={text.register.nameHint}
            inputWrapperOrder={HELP_BELOW}
            value={typed.name}
            onChange={(event) => typed.setName(event.currentTarget.value)}
            error={isAsked ? typed.errors.name : null}
            placeholder={text.register.nameExample}
            withAsterisk
            autoComplete="off"
            spellCheck={false}
            data-autofocus
          />
        ) : (
          <Text size="sm" c="dimmed">
            {text.edit.lead}
          </Text>
        )}
        <TextInput
          label={text.form.owner}
          description={text.form.ownerHint}
          inputWrapperOrder={HELP_BELOW}
          value={typed.owner}
          onChange={(event) => typed.setOwner(event.currentTarget.value)}
          placeholder={text.form.ownerExample}
          maxLength={200}
          autoComplete="off"
        />
        <GrantInputs rows={typed.rows} errors={isAsked ? typed.errors.rows : []} onRows={typed.setRows} />
        <FormFoot error={request.error} isPending={request.isPending} submit={words.submit} onCancel={onCancel} />
      </Stack>
    </form>
  );
};
