import type { CredentialView } from '@keyturn/contracts/api';
import { Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { localProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';
import { type Made, madeCurrent, phaseOfSending } from './await-change.ts';
import { changeCredential } from './credential-writes.ts';
import { EvenIfUnreachable, saidOfUnreachable } from './even-if-unreachable.tsx';
import { PublicInputs } from './field-inputs.tsx';
import { changedPublicFields, checkPublic, readFields } from './form-fields.ts';
import { inputProps } from './form-input.tsx';
import { FormShell } from './form-shell.tsx';
import { typedIn } from './typed.ts';
import type { FieldErrors, Typed } from './typed.ts';
import { useForm } from './use-form.ts';

const text = strings.forms.edit;
const SHORTEST_REASON = 3;

type Props = { readonly credential: CredentialView; readonly onDone: (made: Made) => void; readonly onCancel: () => void };

const checkReason = (typed: Typed): FieldErrors => {
  const { length } = typedIn(typed, 'reason').trim();
  return length > 0 && length < SHORTEST_REASON ? { reason: strings.lifecycle.reasonNeeded } : {};
};

/** Changes what is not secret: a new version with the same secret, current once its test has passed; the form waits for that. */
export const EditFieldsForm = ({ credential, onDone, onCancel }: Props) => {
  const { credentialId, credentialType: type } = credential;
  const [seen] = useState(credential); // what the person saw, whatever comes in meanwhile
  const before = seen.publicFields;
  const client = useQueryClient();
  const form = useForm<Made>({
    check: (typed) => ({ ...checkPublic(type, typed), ...checkReason(typed) }),
    send: async (typed, { key }, onPhase) => {
      const after = readFields(type, typed).publicFields;
      const publicFields = changedPublicFields(before, after);
      if (Object.keys(publicFields).length === 0) throw localProblem('nothing-to-change', 422, text.nothing);
      const reason = typedIn(typed, 'reason').trim();
      const said = {
        ...(reason === '' ? {} : { reason }),
        ...saidOfUnreachable(typed),
      };
      onPhase(phaseOfSending(type, after));
      const { change, current } = await changeCredential(seen, { publicFields, ...said }, key);
      return change === null ? { version: current ?? 1, isCurrent: true } : madeCurrent(client, credentialId, change.version);
    },
    onDone,
  });
  return (
    <FormShell form={form} submit={text.submit} onCancel={onCancel}>
      <Text c="dimmed" size="sm">
        {text.lead}
      </Text>
      <PublicInputs type={type} form={form} values={before} />
      <TextInput
        {...inputProps(form, 'reason')}
        label={strings.lifecycle.reason}
        description={strings.lifecycle.reasonOptional}
        maxLength={500}
      />
      <EvenIfUnreachable form={form} />
    </FormShell>
  );
};
