import type { CredentialView, DeleteCredentialBody } from '@keyturn/contracts/api';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { now } from '../../shared/time/clock.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { strings } from '../../strings.ts';
import { dateOf } from './date-of.ts';
import { deleteCredential } from './lifecycle-queries.ts';
import { AskReason } from './reason-dialog.tsx';
import { useCredentialWrite } from './use-credential-write.ts';

const text = strings.lifecycle.remove;
const DAY = 86_400_000;

type Props = { readonly credential: CredentialView; readonly opened: boolean; readonly onClose: () => void };

const Delete = ({ credential, onClose }: Omit<Props, 'opened'>) => {
  const { credentialId, address, backupRetentionDays } = credential;
  const [confirm, setConfirm] = useState('');
  const [leftAlive, setLeftAlive] = useState('');
  const request = useCredentialWrite<DeleteCredentialBody>(credentialId, (body, key) => deleteCredential(credential, body, key), onClose);
  const leftAliveBecause = leftAlive.trim();
  return (
    <AskReason
      lead={
        <>
          {text.lead} {text.backups(dateOf(now() + backupRetentionDays * DAY))}
        </>
      }
      submit={text.submit}
      isDangerous
      isComplete={confirm === address}
      isPending={request.isPending}
      error={request.error}
      onCancel={onClose}
      onReason={(reason) => request.mutate({ confirm, reason, ...(leftAliveBecause === '' ? {} : { leftAliveBecause }) })}
    >
      <Textarea
        label={text.leftAlive}
        description={text.leftAliveHint}
        value={leftAlive}
        onChange={(event) => setLeftAlive(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={1}
        maxRows={4}
      />
      <TextInput
        label={text.confirm(address)}
        value={confirm}
        onChange={(event) => setConfirm(event.currentTarget.value)}
        error={confirm !== '' && !address.startsWith(confirm) ? text.confirmWrong : null}
        autoComplete="off"
        spellCheck={false}
        required
      />
    </AskReason>
  );
};

/** Says what goes, what stays and until when, and wants the address typed. */
export const DeleteDialog = ({ credential, opened, onClose }: Props) => (
  <Dialog opened={opened} onClose={onClose} title={text.title(credential.address)}>
    {opened && <Delete credential={credential} onClose={onClose} />}
  </Dialog>
);
