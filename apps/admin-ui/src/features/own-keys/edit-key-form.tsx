import type { ByokKey, ByokKeySaved, ChangeByokKeyBody } from '@keyturn/contracts/api';
import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { strings } from '../../strings.ts';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import { EvenIfUnreachable, saidOfUnreachable } from '../credential-form/even-if-unreachable.tsx';
import { checkFields, checkPublic } from '../credential-form/form-fields.ts';
import { inputProps, SecretInput } from '../credential-form/form-input.tsx';
import { InputRefused } from '../credential-form/form-problem.ts';
import { FormShell } from '../credential-form/form-shell.tsx';
import { typedIn } from '../credential-form/typed.ts';
import type { Typed } from '../credential-form/typed.ts';
import { useForm } from '../credential-form/use-form.ts';
import { sendSealed } from '../sealing/seal-in-browser.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import { changeOwnKey, ownKeyQueries } from './own-key-queries.ts';
import { untilSettled } from './until-settled.ts';

const text = ownKeysWords.form;
const TYPE = 'user_api_key';

const changed = (before: string | null, after: string): string | null | undefined => {
  const given = after === '' ? null : after;
  return given === before ? undefined : given;
};

/** What differs from what the person saw, as the API's body but for a new value. */
const readChange = (before: ByokKey, typed: Typed): ChangeByokKeyBody => {
  const label = changed(before.label, typedIn(typed, 'label').trim());
  const endpoint = changed(before.endpoint, typedIn(typed, 'endpoint').trim());
  return { ...(label === undefined ? {} : { label }), ...(endpoint === undefined ? {} : { endpoint }) };
};

/** The provider isn't an input here, and is part of what fits. */
const withProvider = (provider: string, typed: Typed): Typed => ({
  get: (name) => (name === 'provider' ? provider : typed.get(name)),
  keys: () => typed.keys(),
});

type Props = { readonly apiKey: ByokKey; readonly onDone: (saved: ByokKeySaved) => void; readonly onCancel: () => void };

/** Changes a key's label, its endpoint, or its value; what is sent somewhere else is tested there first. */
export const EditKeyForm = ({ apiKey, onDone, onCancel }: Props) => {
  const [before] = useState(apiKey); // what the person saw, whatever comes in meanwhile
  const client = useQueryClient();
  const form = useForm({
    check: (typed) => (typedIn(typed, 'apiKey') === '' ? checkPublic : checkFields)(TYPE, withProvider(before.provider, typed)),
    send: async (typed, { key }, onPhase) => {
      const value = typedIn(typed, 'apiKey');
      const change = readChange(before, typed);
      const { evenIfUnreachable } = saidOfUnreachable(typed);
      const body = { ...change, ...(evenIfUnreachable === undefined ? {} : { even_if_unreachable: evenIfUnreachable }) };
      if (value === '' && Object.keys(change).length === 0) throw new InputRefused('label', text.nothing);
      const what = { command: 'credential.stage-value', credentialId: before.key_id, idempotencyKey: key } as const;
      onPhase(value === '' ? 'sending' : 'sealing');
      const send = (brought: ChangeByokKeyBody): Promise<ByokKeySaved> => {
        onPhase(value === '' && change.endpoint === undefined ? 'sending' : 'testing');
        return untilSettled(() => changeOwnKey(before, { ...body, ...brought }, key));
      };
      const saved = await (value === ''
        ? send({})
        : sendSealed(client, vaultMemory, { ...what, fields: { apiKey: value } }, (sealed) => send({ sealed })));
      await client.invalidateQueries({ queryKey: ownKeyQueries.all });
      return saved;
    },
    onDone,
  });
  const isCustom = before.provider === 'custom';
  return (
    <FormShell form={form} sealed submit={text.editSubmit} onCancel={onCancel}>
      <TextInput
        {...inputProps(form, 'label')}
        label={text.label}
        description={text.labelHint}
        defaultValue={before.label ?? ''}
        maxLength={200}
        data-autofocus
      />
      <TextInput
        {...inputProps(form, 'endpoint')}
        label={text.endpoint}
        description={isCustom ? text.customHint : text.endpointHint}
        defaultValue={before.endpoint ?? ''}
        placeholder={text.endpointExample}
        withAsterisk={isCustom}
        spellCheck={false}
      />
      <SecretInput form={form} name="apiKey" label={text.newKey} description={text.newKeyHint} />
      <EvenIfUnreachable form={form} />
      {!before.enabled && (
        <Text size="sm" c="dimmed">
          {strings.problems.byCode['credential-disabled']?.detail}
        </Text>
      )}
    </FormShell>
  );
};
