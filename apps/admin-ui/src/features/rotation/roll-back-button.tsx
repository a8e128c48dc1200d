import type { RotationView } from '@keyturn/contracts/api';
import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { rollBack } from './rotation-queries.ts';

const text = strings.rotation.rollBack;

/** Takes the commit back. Until an answer came, the same reason again is the same request. */
const useRollBack = (credentialId: string, onDone: () => void) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: (reason: string) => rollBack(credentialId, { reason }, key.of(reason)),
    onError: key.answered,
    onSuccess: async () => {
      key.answered();
      onDone();
      await client.invalidateQueries({ queryKey: credentialKeys.detail(credentialId) });
    },
  });
};

const RollBackForm = ({ rotation, onClose }: { readonly rotation: RotationView; readonly onClose: () => void }) => {
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const request = useRollBack(rotation.credentialId, onClose);
  const given = reason.trim();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (given !== '') request.mutate(given);
      }}
    >
      <Stack gap="sm">
        <Text fw={650}>{text.title(rotation.to, rotation.from)}</Text>
        <Text size="sm" c="dimmed">
          {text.lead}
        </Text>
        <Textarea
          label={text.reason}
          description={text.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isAsked && given === '' ? text.reasonNeeded : null}
          maxLength={500}
          autosize
          minRows={2}
          maxRows={5}
          required
          data-autofocus
        />
        {request.isError && <ProblemAlert error={request.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={request.isPending}>
            {strings.rotation.cancel}
          </Button>
          <Button type="submit" color="red" loading={request.isPending}>
            {text.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};

/** Shown while the commit can be taken back, to those who may. */
export const RollBackButton = ({ rotation }: { readonly rotation: RotationView }) => {
  const [opened, popover] = useDisclosure(false);
  const mayWrite = useMayWrite();
  if (!rotation.canRollBack || !mayWrite) return null;
  return (
    <FormPopover
      label={text.open}
      opened={opened}
      onChange={(next) => (next ? popover.open() : popover.close())}
      target={
        <Button variant="default" size="compact-sm" leftSection={<IconArrowBackUp size={15} aria-hidden />} onClick={popover.toggle}>
          {text.open}
        </Button>
      }
    >
      <RollBackForm rotation={rotation} onClose={popover.close} />
    </FormPopover>
  );
};
