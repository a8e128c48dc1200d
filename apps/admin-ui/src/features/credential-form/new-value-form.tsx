import { noTestBecause } from '@keyturn/contracts';
import type { CredentialView } from '@keyturn/contracts/api';
import { Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { strings } from '../../strings.ts';
import { sendSealed } from '../sealing/seal-in-browser.ts';
import { vaultMemory } from '../sealing/vault-memory.ts';
import { type Made, phaseOfSending, valueMade } from './await-change.ts';
import classes from './credential-form.module.css';
import { stageValue } from './credential-writes.ts';
import { ExpiryInput } from './detail-inputs.tsx';
import { EvenIfUnreachable, saidOfUnreachable } from './even-if-unreachable.tsx';
import { PublicInputs, SecretInputs } from './field-inputs.tsx';
import { changedPublicFields, checkFields, readFields } from './form-fields.ts';
import { FormShell } from './form-shell.tsx';
import { saidOfExpiry } from './read-details.ts';
import { useForm } from './use-form.ts';

const text = strings.forms.value;

type Props = {
  readonly credential: CredentialView;
  readonly onDone: (made: Made) => void;
  readonly onCancel: () => void;
};

/** Gives a credential a value that was made by hand, with the public fields that go with it. */
export const NewValueForm = ({ credential, onDone, onCancel }: Props) => {
  const { credentialId, credentialType: type, versions } = credential;
  const [seen] = useState(credential); // what the person saw, whatever comes in meanwhile
  const before = seen.publicFields;
  const client = useQueryClient();
  const next = Math.max(0, ...versions.map(({ version }) => version)) + 1;
  const form = useForm({
    check: (typed) => checkFields(type, typed),
    send: async (typed, { key }, onPhase) => {
      const { publicFields, secretFields: fields } = readFields(type, typed);
      const beside = Object.keys(changedPublicFields(before, publicFields)).length === 0 ? {} : { publicFields };
      const said = { ...saidOfUnreachable(typed), ...saidOfExpiry(typed) };
      onPhase('sealing');
      const what = { command: 'credential.stage-value', credentialId, idempotencyKey: key, fields } as const;
      const staged = await sendSealed(client, vaultMemory, what, (sealed) => {
        onPhase(phaseOfSending(type, publicFields));
        return stageValue(seen, { ...beside, ...said, sealed }, key);
      });
      return valueMade(client, staged);
    },
    onDone,
  });
  return (
    <FormShell form={form} sealed submit={text.submit} onCancel={onCancel}>
      <Text c="dimmed" size="sm">
        {noTestBecause(type, before) === null ? text.leadTested(next) : text.lead(next)}
      </Text>
      <SecretInputs type={type} form={form} />
      <ExpiryInput form={form} hint={strings.forms.details.newExpiryHint} />
      <h3 className={classes['legend']}>{text.publicLead}</h3>
      <Text c="dimmed" size="sm" mt={-10}>
        {text.publicHint}
      </Text>
      <PublicInputs type={type} form={form} values={before} />
      <EvenIfUnreachable form={form} />
    </FormShell>
  );
};
