import type { CredentialView } from '@keyturn/contracts/api';
import { useState } from 'react';
import { strings } from '../../strings.ts';
import { changeCredential } from './credential-writes.ts';
import { DetailInputs, NameInput } from './detail-inputs.tsx';
import { FormShell } from './form-shell.tsx';
import { changedDetails, checkDetails } from './read-details.ts';
import { useForm } from './use-form.ts';

const text = strings.forms.details;

type Props = { readonly credential: CredentialView; readonly onDone: () => void; readonly onCancel: () => void };

/** Changes what is said of a credential beside its value. Where nothing was changed, nothing is sent. */
export const EditDetailsForm = ({ credential, onDone, onCancel }: Props) => {
  const [before] = useState(credential); // what the person saw, whatever comes in meanwhile
  const form = useForm<void>({
    check: checkDetails,
    send: async (typed, { key }, onPhase) => {
      const body = changedDetails(before, typed);
      if (Object.keys(body).length === 0) return;
      onPhase('sending');
      await changeCredential(before, body, key);
    },
    onDone,
  });
  return (
    <FormShell form={form} submit={text.submit} onCancel={onCancel}>
      <NameInput form={form} before={before} />
      <DetailInputs form={form} before={before} />
    </FormShell>
  );
};
