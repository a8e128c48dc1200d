import type { CredentialView } from '@keyturn/contracts/api';
import { Checkbox, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, localProblem } from '../../shared/api/api-problem.ts';
import { strings } from '../../strings.ts';
import { changeIsDone } from './await-change.ts';
import { changeCredential } from './credential-writes.ts';
import { PublicInputs } from './field-inputs.tsx';
import { changedPublicFields, checkPublic, readFields } from './form-fields.ts';
import { inputProps } from './form-input.tsx';
import { FormShell } from './form-shell.tsx';
import { typedIn } from './typed.ts';
import type { FieldErrors, Typed } from './typed.ts';
import { useForm } from './use-form.ts';

const text = strings.forms.edit;
const SHORTEST_REASON = 3;

/** `version` is null where the test goes on for longer than the dialog waits. */
export type Edited = { readonly version: number | null };

type Props = { readonly credential: CredentialView; readonly onDone: (edited: Edited) => void; readonly onCancel: () => void };

const checkReason = (typed: Typed): FieldErrors => {
  const { length } = typedIn(typed, 'reason').trim();
  return length > 0 && length < SHORTEST_REASON ? { reason: strings.lifecycle.reasonNeeded } : {};
};

const isUnreachable = (problem: unknown): boolean => problem instanceof ApiProblem && problem.problem.code === 'test-unreachable';

/** Changes what is not secret: a new version with the same secret, current once its test has passed; the form waits for that. */
export const EditFieldsForm = ({ credential, onDone, onCancel }: Props) => {
  const { credentialId, credentialType: type } = credential;
  const [before] = useState(credential.publicFields); // what the person saw, whatever comes in meanwhile
  const client = useQueryClient();
  const form = useForm<Edited>({
    check: (typed) => ({ ...checkPublic(type, typed), ...checkReason(typed) }),
    send: async (typed, { key }, onPhase) => {
      const publicFields = changedPublicFields(before, readFields(type, typed).publicFields);
      if (Object.keys(publicFields).length === 0) throw localProblem('nothing-to-change', 422, text.nothing);
      const reason = typedIn(typed, 'reason').trim();
      const said = {
        ...(reason === '' ? {} : { reason }),
        ...(typedIn(typed, 'evenIfUnreachable') === '' ? {} : { evenIfUnreachable: true }),
      };
      onPhase('sending');
      const { change, current } = await changeCredential(credentialId, { publicFields, ...said }, key);
      if (change === null) return { version: current };
      onPhase('testing');
      return { version: (await changeIsDone(client, credentialId, change.version)) ? change.version : null };
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
      {isUnreachable(form.problem) && (
        <Checkbox name="evenIfUnreachable" label={strings.forms.evenIfUnreachable} description={strings.forms.evenIfUnreachableHint} />
      )}
    </FormShell>
  );
};
