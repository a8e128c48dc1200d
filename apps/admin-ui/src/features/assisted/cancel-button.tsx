import type { RotationView } from '@keyturn/contracts/api';
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { isCommitted } from '../rotation/stepper-state.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { cancelRotation } from './assisted-writes.ts';

const text = strings.assisted.cancel;

const CancelForm = ({ rotation, onClose }: { readonly rotation: RotationView; readonly onClose: () => void }) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const given = reason.trim();
  const request = useMutation({
    mutationFn: () => cancelRotation(rotation, given, key.of(given)),
    onError: key.answered,
    onSuccess: async () => {
      key.answered();
      onClose();
      await client.invalidateQueries({ queryKey: credentialKeys.detail(rotation.credentialId) });
    },
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (given !== '') request.mutate();
      }}
    >
      <Stack gap="sm">
        <Text fw={650}>{text.title(rotation.epoch)}</Text>
        <Text size="sm" c="dimmed">
          {text.lead}
        </Text>
        <Textarea
          label={text.reason}
          description={text.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isAsked && given === '' ? text.reasonNeeded : null}
          maxLength={300}
          autosize
          minRows={2}
          maxRows={5}
          required
          data-autofocus
        />
        {request.isError && <ProblemAlert error={request.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={request.isPending}>
            {text.keep}
          </Button>
          <Button type="submit" color="red" loading={request.isPending}>
            {text.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** Shown before the commit, to those who may. */
export const CancelButton = ({ rotation }: { readonly rotation: RotationView }) => {
  const [opened, popover] = useDisclosure(false);
  const mayWrite = useMayWrite();
  if (rotation.status !== 'open' || isCommitted(rotation) || !mayWrite) return null;
  return (
    <FormPopover
      label={text.open}
      opened={opened}
      onChange={(next) => (next ? popover.open() : popover.close())}
      target={
        <Button variant="default" size="compact-sm" onClick={popover.toggle}>
          {text.open}
        </Button>
      }
    >
      <CancelForm rotation={rotation} onClose={popover.close} />
    </FormPopover>
  );
};
