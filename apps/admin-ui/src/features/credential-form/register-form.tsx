import { CREDENTIAL_TYPES, CredentialType, slug } from '@keyturn/contracts';
import type { RegisteredCredential } from '@keyturn/contracts/api';
import { Anchor, NativeSelect, SimpleGrid, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { TypeMark } from '../../shared/state/mark.tsx';
import { strings } from '../../strings.ts';
import { sendSealed } from '../sealing/seal-in-browser.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import { type Made, phaseOfSending, valueMade } from './await-change.ts';
import classes from './credential-form.module.css';
import { registerCredential } from './credential-writes.ts';
import { DetailInputs, NameInput } from './detail-inputs.tsx';
import { EvenIfUnreachable, saidOfUnreachable } from './even-if-unreachable.tsx';
import { PublicInputs, SecretInputs } from './field-inputs.tsx';
import { checkAddress, checkFields, readFields, TYPE_CHOICES } from './form-fields.ts';
import { inputProps } from './form-input.tsx';
import { FormShell } from './form-shell.tsx';
import { IssuerInput, issuerOf } from './issuer-input.tsx';
import { checkDetails } from './read-details.ts';
import { readRegistration } from './read-registration.ts';
import { typedIn } from './typed.ts';
import { useForm } from './use-form.ts';
import type { Form } from './use-form.ts';

const text = strings.forms.register;
const FIRST_TYPE = 'cloudflare_api_token';

const TypeLead = ({ type }: { readonly type: CredentialType }) => {
  const { lead, docsUrl } = CREDENTIAL_TYPES[type];
  return (
    <>
      {lead}
      {docsUrl !== null && (
        <>
          {' '}
          <Anchor href={docsUrl} target="_blank" rel="noreferrer" inherit underline="always">
            {strings.forms.docs}
          </Anchor>
        </>
      )}
    </>
  );
};

const exampleAddress = (type: CredentialType): string => `system.${slug(CREDENTIAL_TYPES[type].provider ?? type.split('_')[0] ?? '')}.main`;

/** `isCurrent` is false where its test goes on. */
export type Registered = RegisteredCredential & Made;

const useRegistration = (type: CredentialType, onDone: (registered: Registered) => void): Form => {
  const client = useQueryClient();
  return useForm({
    check: (typed) => ({ ...checkFields(type, typed), ...checkDetails(typed), address: checkAddress(typedIn(typed, 'address').trim()) }),
    send: async (typed, { key, newCredentialId }, onPhase) => {
      const issuer = await issuerOf(client, typedIn(typed, 'issuer').trim());
      const about = { ...readRegistration(type, typed), ...saidOfUnreachable(typed), credentialId: newCredentialId };
      const body = { ...about, ...(issuer === null ? {} : { issuer }) };
      const { secretFields: fields } = readFields(type, typed);
      onPhase('sealing');
      const what = { command: 'credential.register', credentialId: newCredentialId, idempotencyKey: key, fields } as const;
      const registered = await sendSealed(client, vaultMemory, what, (sealed) => {
        onPhase(phaseOfSending(type, body.publicFields ?? {}));
        return registerCredential({ ...body, sealed }, key);
      });
      return { ...registered, ...(await valueMade(client, registered)) };
    },
    onDone,
  });
};

type Props = { readonly onRegistered: (registered: Registered) => void; readonly onCancel: () => void };

/** Registers a credential of any type: its inputs are made from the type's schema. */
export const RegisterForm = ({ onRegistered, onCancel }: Props) => {
  const [type, setType] = useState<CredentialType>(FIRST_TYPE);
  const form = useRegistration(type, onRegistered);
  return (
    <FormShell form={form} sealed submit={text.submit} onCancel={onCancel}>
      <Text c="dimmed" size="sm">
        {text.lead}
      </Text>
      <NativeSelect
        {...inputProps(form, 'credentialType')}
        label={text.type}
        description={<TypeLead type={type} />}
        data={TYPE_CHOICES}
        leftSection={<TypeMark type={type} size="small" />}
        leftSectionWidth="2.75rem"
        value={type}
        data-autofocus
        onChange={(event) => {
          const chosen = CredentialType.safeParse(event.currentTarget.value);
          if (chosen.success) setType(chosen.data);
          form.forget();
        }}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md" verticalSpacing="sm">
        <TextInput
          {...inputProps(form, 'address')}
          label={text.address}
          description={text.addressHint}
          placeholder={exampleAddress(type)}
          withAsterisk
          spellCheck={false}
        />
        <NameInput form={form} />
      </SimpleGrid>
      <div key={type} className={classes['fields']}>
        <SecretInputs type={type} form={form} />
        <PublicInputs type={type} form={form} />
      </div>
      <EvenIfUnreachable form={form} />
      <IssuerInput form={form} />
      <details className={classes['more']}>
        <summary>{strings.forms.details.more}</summary>
        <div>
          <DetailInputs form={form} />
        </div>
      </details>
    </FormShell>
  );
};
