import { CREDENTIAL_TYPES, CredentialType } from '@keyturn/contracts';
import type { RegisteredCredential } from '@keyturn/contracts/api';
import { Anchor, Button, Checkbox, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { isWorthRetrying } from '../../shared/api/problem-message.ts';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { newId } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { credentialQueries, registerCredential } from './credential-queries.ts';
import { checkAddress, checkFields, formFields, TYPE_CHOICES, typedIn } from './form-fields.ts';
import type { FieldErrors, Typed } from './form-fields.ts';
import { FormInput, isGoingToButton } from './form-input.tsx';
import { readRegistration } from './read-registration.ts';
import classes from './register-form.module.css';

const text = strings.register;
const FIRST_TYPE = 'cloudflare_api_token';

const TypeLead = ({ lead, docsUrl }: { readonly lead: string; readonly docsUrl: string | null }) => (
  <>
    {lead}
    {docsUrl !== null && (
      <>
        {' '}
        <Anchor href={docsUrl} target="_blank" rel="noreferrer" inherit>
          {text.docs}
        </Anchor>
      </>
    )}
  </>
);
type Props = { readonly onRegistered: (registered: RegisteredCredential) => void; readonly onCancel: () => void };

const checkAll = (type: CredentialType, form: Typed): FieldErrors => ({
  ...checkFields(type, form),
  address: checkAddress(typedIn(form, 'address')),
});

const focusFirst = (form: HTMLFormElement, errors: FieldErrors): void => {
  const first = [...form.elements].find((input) => input instanceof HTMLElement && errors[input.getAttribute('name') ?? '']);
  if (first instanceof HTMLElement) first.focus();
};

/** Sends the form. A repeat of the same content is the same request, so the key changes only when something was typed since. */
const useRegistration = (type: CredentialType, onRegistered: Props['onRegistered']) => {
  const key = useRef<string | null>(null);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [sending, setSending] = useState(false);

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const found = checkAll(type, new FormData(form));
    setErrors(found);
    setProblem(null);
    if (Object.values(found).some((error) => error !== null)) return focusFirst(form, found);
    setSending(true);
    key.current ??= newId();
    try {
      const registered = await registerCredential(readRegistration(type, new FormData(form)), key.current);
      form.reset();
      onRegistered(registered);
    } catch (error) {
      if (!isWorthRetrying(error)) key.current = null; // a no is remembered under its key: asking again is a new request
      setProblem(error);
    } finally {
      setSending(false);
    }
  };
  return {
    errors,
    problem,
    sending,
    submit,
    /** One field, once it was left; an empty one is told of only when the form is sent. */
    check: (name: string, form: HTMLFormElement | null) => {
      if (!form) return;
      const typed = new FormData(form);
      const error = typedIn(typed, name) === '' ? null : (checkAll(type, typed)[name] ?? null);
      setErrors((known) => ({ ...known, [name]: error }));
    },
    forget: () => setErrors({}),
    changed: () => {
      key.current = null;
    },
  };
};

export const RegisterForm = ({ onRegistered, onCancel }: Props) => {
  const [type, setType] = useState<CredentialType>(FIRST_TYPE);
  const { errors, problem, sending, submit, check, changed, forget } = useRegistration(type, onRegistered);
  const fields = formFields(type);
  const { lead, mainSecret, docsUrl } = CREDENTIAL_TYPES[type];
  const { data } = useInfiniteQuery(credentialQueries.list(''));
  const issuers = data?.pages.flatMap(({ items }) => items) ?? [];
  const send = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    void submit(event.currentTarget);
  };
  return (
    <form onSubmit={send} onChange={changed} autoComplete="off" noValidate>
      <Stack gap="md">
        <Text c="dimmed" size="sm">
          {text.lead}
        </Text>
        <NativeSelect
          name="credentialType"
          label={text.type}
          description={<TypeLead lead={lead} docsUrl={docsUrl} />}
          data={TYPE_CHOICES}
          value={type}
          onChange={(event) => {
            const chosen = CredentialType.safeParse(event.currentTarget.value);
            if (chosen.success) setType(chosen.data);
            forget();
          }}
          disabled={sending}
        />
        <TextInput
          name="address"
          label={text.address}
          description={text.addressHint}
          withAsterisk
          data-autofocus
          disabled={sending}
          error={errors['address']}
          onBlur={(event) => {
            if (!isGoingToButton(event)) check('address', event.currentTarget.form);
          }}
          autoComplete="off"
          spellCheck={false}
        />
        <TextInput
          name="displayName"
          label={text.displayName}
          description={text.displayNameHint}
          maxLength={200}
          disabled={sending}
          autoComplete="off"
        />
        <SimpleGrid key={type} cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md">
          {fields
            .filter(({ secret }) => !secret)
            .map((field) => (
              <FormInput
                key={field.name}
                field={field}
                error={errors[field.name] ?? null}
                onCheck={check}
                disabled={sending}
                isLong={false}
              />
            ))}
        </SimpleGrid>
        {fields
          .filter(({ secret }) => secret)
          .map((field) => (
            <FormInput
              key={`${type} ${field.name}`}
              field={field}
              error={errors[field.name] ?? null}
              onCheck={check}
              disabled={sending}
              isLong={type === 'generic' && field.name === mainSecret}
            />
          ))}
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md">
          <TextInput name="tags" label={text.tags} description={text.tagsHint} disabled={sending} autoComplete="off" spellCheck={false} />
          <TextInput name="owner" label={text.owner} description={text.ownerHint} maxLength={200} disabled={sending} autoComplete="off" />
        </SimpleGrid>
        <Checkbox name="isDefault" label={text.isDefault} description={text.isDefaultHint} disabled={sending} />
        <NativeSelect
          name="issuer"
          label={text.issuer}
          description={text.issuerHint}
          disabled={sending}
          data={[
            { value: '', label: text.noIssuer },
            ...issuers.map(({ credentialId, address }) => ({ value: credentialId, label: address })),
          ]}
        />
      </Stack>
      <div className={classes['foot']}>
        {problem !== null && <ProblemAlert error={problem} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel} disabled={sending}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={sending}>
            {text.submit}
          </Button>
        </Group>
      </div>
    </form>
  );
};
