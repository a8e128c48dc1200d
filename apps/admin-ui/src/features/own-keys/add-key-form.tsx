import { isLlmProvider } from '@keyturn/contracts';
import type { AddByokKeyBody, ByokKey, ByokKeySaved, ByokProvider } from '@keyturn/contracts/api';
import { Anchor, Checkbox, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import { EvenIfUnreachable, saidOfUnreachable } from '../credential-form/even-if-unreachable.tsx';
import { checkFields } from '../credential-form/form-fields.ts';
import { inputProps, SecretInput } from '../credential-form/form-input.tsx';
import { InputRefused } from '../credential-form/form-problem.ts';
import { FormShell } from '../credential-form/form-shell.tsx';
import { typedIn } from '../credential-form/typed.ts';
import type { Typed } from '../credential-form/typed.ts';
import { useForm } from '../credential-form/use-form.ts';
import { sendSealed } from '../sealing/seal-in-browser.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import { docsOfProvider } from './key-words.ts';
import { addOwnKey, ownKeyQueries } from './own-key-queries.ts';
import { ProviderChoice } from './provider-choice.tsx';
import { untilSettled } from './until-settled.ts';

const text = ownKeysWords.form;
const TYPE = 'user_api_key';

/** What was typed, as the API's body but for what is sealed. */
const readKey = (typed: Typed): Omit<AddByokKeyBody, 'sealed' | 'key_id' | 'api_key'> => {
  const provider = typedIn(typed, 'provider');
  if (!isLlmProvider(provider)) throw new InputRefused('provider', strings.forms.required(text.provider));
  const [label, endpoint] = [typedIn(typed, 'label').trim(), typedIn(typed, 'endpoint').trim()];
  const { evenIfUnreachable } = saidOfUnreachable(typed);
  return {
    provider,
    ...(label === '' ? {} : { label }),
    ...(endpoint === '' ? {} : { endpoint }),
    ...(typedIn(typed, 'isDefault') === '' ? {} : { is_default: true }),
    ...(evenIfUnreachable === undefined ? {} : { even_if_unreachable: evenIfUnreachable }),
  };
};

/** A name that is taken is the label's fault, in this form. */
const atLabel = (error: unknown): never => {
  if (error instanceof ApiProblem && error.problem.code === 'address-taken') throw new InputRefused('label', text.labelTaken);
  throw error;
};

const useNewKey = (keys: readonly ByokKey[], onDone: (saved: ByokKeySaved) => void) => {
  const client = useQueryClient();
  return useForm({
    check: (typed) => {
      const isSecond = keys.some(({ provider }) => provider === typedIn(typed, 'provider'));
      const label = isSecond && typedIn(typed, 'label').trim() === '' ? text.labelNeeded : null;
      return { label, ...checkFields(TYPE, typed) };
    },
    send: async (typed, { key, newCredentialId }, onPhase) => {
      const body = readKey(typed);
      const fields = { apiKey: typedIn(typed, 'apiKey') };
      onPhase('sealing');
      const what = { command: 'credential.register', credentialId: newCredentialId, idempotencyKey: key, fields } as const;
      const saved = await sendSealed(client, vaultMemory, what, (sealed) => {
        onPhase('testing');
        return untilSettled(() => addOwnKey({ ...body, sealed, key_id: newCredentialId }, key));
      }).catch(atLabel);
      await client.invalidateQueries({ queryKey: ownKeyQueries.all });
      return saved;
    },
    onDone,
  });
};

const KeyHint = ({ provider: { id, key_format } }: { readonly provider: { readonly id: string; readonly key_format: string | null } }) => {
  const docs = docsOfProvider(id);
  return (
    <>
      {key_format === null ? text.anything : text.begins(key_format.replace(/…$/u, ''))}
      {docs !== null && (
        <>
          {'. '}
          <Anchor href={docs} target="_blank" rel="noreferrer" inherit underline="always">
            {strings.forms.docs}
          </Anchor>
        </>
      )}
    </>
  );
};

type Props = {
  readonly providers: readonly ByokProvider[];
  readonly keys: readonly ByokKey[];
  readonly first: string;
  readonly onDone: (saved: ByokKeySaved) => void;
  readonly onCancel: () => void;
};

/** Adds a key: sealed in this browser, and tried at its provider before it is in use. */
export const AddKeyForm = ({ providers, keys, first, onDone, onCancel }: Props) => {
  const [chosen, choose] = useState(first);
  const form = useNewKey(keys, onDone);
  const provider = providers.find(({ id }) => id === chosen) ?? { id: chosen, name: chosen, key_format: null };
  const isCustom = chosen === 'custom';
  return (
    <FormShell form={form} sealed submit={text.submit} onCancel={onCancel}>
      <ProviderChoice
        providers={providers}
        chosen={chosen}
        onChoose={(next) => {
          choose(next);
          form.forget();
        }}
      />
      <SecretInput form={form} name="apiKey" label={text.apiKey} placeholder={provider.key_format ?? undefined} withAsterisk />
      <Text size="xs" c="dimmed" mt={-10}>
        <KeyHint provider={provider} />
      </Text>
      <TextInput {...inputProps(form, 'label')} label={text.label} description={text.labelHint} maxLength={200} />
      <TextInput
        {...inputProps(form, 'endpoint')}
        label={text.endpoint}
        description={isCustom ? text.customHint : text.endpointHint}
        placeholder={text.endpointExample}
        withAsterisk={isCustom}
        spellCheck={false}
      />
      {keys.some((key) => key.provider === chosen) && (
        <Checkbox name="isDefault" label={text.makeDefault} description={text.makeDefaultHint} />
      )}
      <EvenIfUnreachable form={form} />
      <Text size="sm" c="dimmed">
        {isCustom ? text.testedCustom : text.tested(provider.name)}
      </Text>
    </FormShell>
  );
};
