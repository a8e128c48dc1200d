import type { CredentialView } from '@keyturn/contracts/api';
import { Button, Group, SegmentedControl, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { requestRotation } from './rotation-queries.ts';

const text = strings.rotation;
export type Reason = 'manual' | 'compromised';

type Ask = { readonly reason: Reason; readonly note: string };

/** Asks for the rotation. Until an answer came, asking the same again is the same request. */
const useRequest = (credentialId: string, onStarted: () => void) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: ({ reason, note }: Ask) =>
      requestRotation(credentialId, { reason, ...(note === '' ? {} : { note }) }, key.of(JSON.stringify({ reason, note }))),
    onError: key.answered,
    onSuccess: async () => {
      key.answered();
      onStarted();
      await Promise.all([
        client.invalidateQueries({ queryKey: credentialKeys.detail(credentialId) }),
        client.invalidateQueries({ queryKey: credentialKeys.list() }),
      ]);
    },
  });
};

type ReasonProps = { readonly reason: Reason; readonly onReason: (reason: Reason) => void };

const ReasonChoice = ({ reason, onReason }: ReasonProps) => {
  const reasonLabel = useId();
  return (
    <div>
      <Text size="sm" fw={600} mb={4} id={reasonLabel}>
        {text.reason}
      </Text>
      <SegmentedControl
        fullWidth
        aria-labelledby={reasonLabel}
        value={reason}
        onChange={(next) => onReason(next === 'compromised' ? 'compromised' : 'manual')}
        data={[
          { value: 'manual', label: text.reasons['manual'] ?? '' },
          { value: 'compromised', label: text.reasons['compromised'] ?? '' },
        ]}
      />
      {reason === 'compromised' && (
        <Text size="xs" c="dimmed" mt={6}>
          {text.compromisedHint}
        </Text>
      )}
    </div>
  );
};

export type FormProps = {
  readonly credential: CredentialView;
  readonly onClose: () => void;
  readonly onStarted: () => void;
  /** To see beforehand what it would come to. */
  readonly onLook: (reason: Reason) => void;
};

/** The reason and a note, and beforehand what it would come to. */
export const RotateForm = ({ credential, onClose, onStarted, onLook }: FormProps) => {
  const [reason, setReason] = useState<Reason>('manual');
  const [note, setNote] = useState('');
  const request = useRequest(credential.credentialId, onStarted);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        request.mutate({ reason, note: note.trim() });
      }}
    >
      <Stack gap="sm">
        <Text fw={650} style={{ overflowWrap: 'anywhere' }}>
          {text.confirmTitle(credential.address)}
        </Text>
        <Text size="sm" c="dimmed">
          {text.confirmLead}
        </Text>
        <ReasonChoice reason={reason} onReason={setReason} />
        <Textarea
          label={text.note}
          description={text.noteHint}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={500}
          autosize
          minRows={2}
          maxRows={5}
        />
        <Button variant="subtle" size="compact-sm" onClick={() => onLook(reason)} style={{ alignSelf: 'flex-start' }}>
          {decisionsWords.dryRun.open}
        </Button>
        {request.isError && <ProblemAlert error={request.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={request.isPending}>
            {text.cancel}
          </Button>
          <Button type="submit" loading={request.isPending} data-autofocus>
            {text.start}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
