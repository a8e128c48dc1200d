import { noTestBecause } from '@keyturn/contracts';
import type { CredentialView } from '@keyturn/contracts/api';
import { Button, Group, SegmentedControl, Stack, Text, Textarea, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRotateClockwise } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { requestRotation } from './rotation-queries.ts';

const text = strings.rotation;
type Reason = 'manual' | 'compromised';
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

type FormProps = { readonly credential: CredentialView; readonly onClose: () => void; readonly onStarted: () => void };

const RotateForm = ({ credential, onClose, onStarted }: FormProps) => {
  const reasonLabel = useId();
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
        <div>
          <Text size="sm" fw={600} mb={4} id={reasonLabel}>
            {text.reason}
          </Text>
          <SegmentedControl
            fullWidth
            aria-labelledby={reasonLabel}
            value={reason}
            onChange={(next) => setReason(next === 'compromised' ? 'compromised' : 'manual')}
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

const whyNot = (credential: CredentialView, mayWrite: boolean): string | null => {
  if (!mayWrite) return text.mayNot;
  if (credential.openEpoch !== null) return text.openAlready;
  // A database makes nobody a new password; elsewhere a person makes the value where no issuer does.
  if (credential.credentialType === 'database_password') return credential.issuer === null ? text.noIssuer : null;
  return noTestBecause(credential.credentialType, credential.publicFields);
};

/** Rotate, with the reason and a note asked for in a popover. A button that can't be pressed says why. */
export const RotateButton = ({ credential, onStarted }: { readonly credential: CredentialView; readonly onStarted: () => void }) => {
  const [opened, popover] = useDisclosure(false);
  const mayWrite = useMayWrite();
  const no = whyNot(credential, mayWrite);
  return (
    <FormPopover
      label={text.confirmTitle(credential.address)}
      opened={opened}
      onChange={(next) => (next ? popover.open() : popover.close())}
      target={
        <Tooltip label={no} disabled={no === null} events={{ hover: true, focus: true, touch: true }}>
          <Button
            leftSection={<IconRotateClockwise size={18} />}
            onClick={() => no === null && popover.toggle()}
            data-disabled={no !== null}
            aria-disabled={no !== null}
            aria-description={no ?? undefined}
          >
            {text.rotate}
          </Button>
        </Tooltip>
      }
    >
      <RotateForm
        credential={credential}
        onClose={popover.close}
        onStarted={() => {
          popover.close();
          onStarted();
        }}
      />
    </FormPopover>
  );
};
