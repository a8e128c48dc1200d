import type { ByokKey, ByokKeyDeleted } from '@keyturn/contracts/api';
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { strings } from '../../strings.ts';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import { docsOfProvider, labelOf, nameOfProvider } from './key-words.ts';
import { deleteOwnKey } from './own-key-queries.ts';
import { useOwnKeyWrite } from './use-own-key-write.ts';

const text = ownKeysWords.remove;

/** Asks before a key is deleted, and says what that does not do. */
export const RemoveKey = ({ apiKey, onClose }: { readonly apiKey: ByokKey; readonly onClose: () => void }) => {
  const { key_id, provider } = apiKey;
  const request = useOwnKeyWrite<string, ByokKeyDeleted>(
    (_id, key) => deleteOwnKey(apiKey, key),
    () => {
      onClose();
      notifyDone(text.done(labelOf(apiKey)));
    },
  );
  const docs = docsOfProvider(provider);
  return (
    <Stack gap="md">
      <Text size="sm">{provider === 'custom' ? text.leadCustom : text.lead(nameOfProvider(provider))}</Text>
      {docs !== null && (
        <Anchor href={docs} target="_blank" rel="noreferrer" size="sm" underline="always">
          {text.where}
        </Anchor>
      )}
      {request.error !== null && <ProblemAlert error={request.error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose} disabled={request.isPending} data-autofocus>
          {strings.forms.cancel}
        </Button>
        <Button color="red.9" loading={request.isPending} onClick={() => request.mutate(key_id)}>
          {text.submit}
        </Button>
      </Group>
    </Stack>
  );
};
