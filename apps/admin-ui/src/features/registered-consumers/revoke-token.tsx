import { Button, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { registeredConsumersKey } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { notifyDone } from '../../shared/state/notify.ts';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { revokeToken } from './registered-queries.ts';

const text = registeredConsumersWords.tokens;
type Props = { readonly consumer: string; readonly tokenId: string; readonly onClose: () => void };

/** Asks before a token is revoked. */
export const RevokeToken = ({ consumer, tokenId, onClose }: Props) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  const request = useMutation({
    mutationFn: () => revokeToken(consumer, tokenId, key.of(tokenId)),
    onError: key.answered,
    onSuccess: async () => {
      key.answered();
      await client.invalidateQueries({ queryKey: registeredConsumersKey });
      onClose();
      notifyDone(text.revoked);
    },
  });
  return (
    <Stack gap="md">
      <Text size="sm">{text.revokeLead}</Text>
      {request.error !== null && <ProblemAlert error={request.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} disabled={request.isPending} data-autofocus>
          {strings.forms.cancel}
        </Button>
        <Button color="red.9" loading={request.isPending} onClick={() => request.mutate()}>
          {text.revokeSubmit}
        </Button>
      </Group>
    </Stack>
  );
};
