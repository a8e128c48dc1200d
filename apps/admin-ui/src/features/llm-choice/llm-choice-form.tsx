import { isLlmProvider, LLM_PROVIDERS, LlmModel } from '@keyturn/contracts';
import type { LlmChoiceBody } from '@keyturn/contracts/api';
import { Fieldset, NativeSelect, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { requestKey } from '../../shared/api/request-key.ts';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { llmChoice as llmChoiceWords } from '../../strings-settings.ts';
import { chooseLlm, llmChoiceQueries } from './llm-choice-queries.ts';
import type { ChoiceOf, RevisedChoice } from './llm-choice-queries.ts';
import classes from './llm-choice.module.css';

const text = llmChoiceWords;
const PROVIDERS = Object.values(LLM_PROVIDERS);

type Models = Readonly<Record<string, string>>;

const bodyOf = (provider: string, models: Models): LlmChoiceBody => ({
  default_provider: isLlmProvider(provider) ? provider : null,
  default_models: Object.fromEntries(
    PROVIDERS.map(({ id }) => [id, (models[id] ?? '').trim()] as const).filter(([, model]) => model !== ''),
  ),
});

const modelError = (model: string): string | null =>
  model.trim() === '' ? null : (LlmModel.safeParse(model.trim()).error?.issues[0]?.message ?? null);

type Props = {
  readonly whose: ChoiceOf;
  readonly before: RevisedChoice;
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

/** Chooses the provider that is used where none is named, and a model of each. */
export const LlmChoiceForm = ({ whose, before, onDone, onCancel }: Props) => {
  const client = useQueryClient();
  const [provider, setProvider] = useState<string>(before.default_provider ?? '');
  const [models, setModels] = useState<Models>(before.default_models);
  const [isAsked, setAsked] = useState(false);
  const [{ revision }] = useState(before); // what the person saw, whatever comes in meanwhile
  const [key] = useState(() => requestKey());
  const request = useMutation({
    mutationFn: (body: LlmChoiceBody) => chooseLlm(whose, { body, revision, idempotencyKey: key.of(JSON.stringify([body, revision])) }),
    onError: key.answered,
    onSuccess: async () => {
      key.answered();
      await client.invalidateQueries({ queryKey: llmChoiceQueries.all });
      onDone();
    },
  });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (PROVIDERS.every(({ id }) => modelError(models[id] ?? '') === null)) request.mutate(bodyOf(provider, models));
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <NativeSelect
          label={text.provider}
          data={[{ value: '', label: text.noProvider }, ...PROVIDERS.map(({ id, name }) => ({ value: id, label: name }))]}
          value={provider}
          onChange={(event) => setProvider(event.currentTarget.value)}
          data-autofocus
        />
        <Fieldset legend={text.models} radius="md">
          <Text size="sm" c="dimmed" mb="xs">
            {text.modelsHint}
          </Text>
          <div className={classes['models']}>
            {PROVIDERS.map(({ id, name }) => (
              <TextInput
                key={id}
                label={name}
                name={`model-${id}`}
                value={models[id] ?? ''}
                placeholder={text.noModel}
                onChange={(event) => setModels({ ...models, [id]: event.currentTarget.value })}
                error={isAsked ? modelError(models[id] ?? '') : null}
                autoComplete="off"
                spellCheck={false}
              />
            ))}
          </div>
        </Fieldset>
        <FormFoot error={request.error} isPending={request.isPending} submit={text.save} onCancel={onCancel} />
      </Stack>
    </form>
  );
};
