import type { RegisteredCredential } from '@keyturn/contracts/api';
import { Button, Group, NativeSelect, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { FormEvent } from 'react';
import { isWorthRetrying } from '../../shared/api/problem-message.ts';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { newId } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { credentialQueries, registerCredential } from './credential-queries.ts';
import { checkAddress, formFields } from './form-fields.ts';
import { FormInput, isGoingToButton } from './form-input.tsx';
import { readRegistration } from './read-registration.ts';
import classes from './register-form.module.css';

const text = strings.register;
const TYPE = 'database_password';
const FIELDS = formFields(TYPE);
const CHECKS: Readonly<Record<string, (value: string) => string | null>> = {
  address: checkAddress,
  ...Object.fromEntries(FIELDS.map(({ name, check }) => [name, check])),
};

type Errors = Readonly<Record<string, string | null>>;
type Props = { readonly onRegistered: (registered: RegisteredCredential) => void; readonly onCancel: () => void };

const checkAll = (form: FormData): Errors =>
  Object.fromEntries(
    Object.entries(CHECKS).map(([name, check]) => {
      const value = form.get(name);
      return [name, check(typeof value === 'string' ? value : '')];
    }),
  );

const focusFirst = (form: HTMLFormElement, errors: Errors): void => {
  const first = [...form.elements].find((input) => input instanceof HTMLElement && errors[input.getAttribute('name') ?? '']);
  if (first instanceof HTMLElement) first.focus();
};

/** Sends the form. A repeat of the same content is the same request, so the key changes only when something was typed since. */
const useRegistration = (onRegistered: Props['onRegistered']) => {
  const key = useRef<string | null>(null);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<unknown>(null);
  const [sending, setSending] = useState(false);

  const submit = async (form: HTMLFormElement): Promise<void> => {
    const found = checkAll(new FormData(form));
    setErrors(found);
    setProblem(null);
    if (Object.values(found).some((error) => error !== null)) return focusFirst(form, found);
    setSending(true);
    key.current ??= newId();
    try {
      const registered = await registerCredential(readRegistration(TYPE, FIELDS, new FormData(form)), key.current);
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
    check: (name: string, value: string) =>
      setErrors((known) => ({ ...known, [name]: value === '' ? null : (CHECKS[name]?.(value) ?? null) })),
    changed: () => {
      key.current = null;
    },
  };
};

export const RegisterForm = ({ onRegistered, onCancel }: Props) => {
  const { errors, problem, sending, submit, check, changed } = useRegistration(onRegistered);
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
        <NativeSelect name="credentialType" label={text.type} data={[{ value: TYPE, label: strings.types[TYPE] }]} disabled={sending} />
        <TextInput
          name="address"
          label={text.address}
          description={text.addressHint}
          withAsterisk
          data-autofocus
          disabled={sending}
          error={errors['address']}
          onBlur={(event) => {
            if (!isGoingToButton(event)) check('address', event.currentTarget.value);
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
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="md">
          {FIELDS.filter(({ kind }) => kind !== 'secret').map((field) => (
            <FormInput key={field.name} field={field} error={errors[field.name] ?? null} onCheck={check} disabled={sending} />
          ))}
        </SimpleGrid>
        {FIELDS.filter(({ kind }) => kind === 'secret').map((field) => (
          <FormInput key={field.name} field={field} error={errors[field.name] ?? null} onCheck={check} disabled={sending} />
        ))}
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
