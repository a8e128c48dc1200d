import type { IssuedToken } from '@keyturn/contracts/api';
import { ActionIcon, Button, Code, Group, NativeSelect, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { registeredConsumersKey } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { copyForAWhile } from '../../shared/clipboard.ts';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { formatDay } from '../../shared/time/format-time.ts';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { issueToken } from './registered-queries.ts';

const text = registeredConsumersWords.tokens;
const FIRST_DAYS = '90';

const Issued = ({ issued: { token, expiresAt }, onClose }: { readonly issued: IssuedToken; readonly onClose: () => void }) => {
  const [isCopied, setCopied] = useState(false);
  return (
    <Stack gap="sm">
      <Text size="sm">{text.once}</Text>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1} aria-label={text.token} data-token style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {token}
        </Code>
        <ActionIcon
          variant="default"
          size="lg"
          aria-label={text.copy}
          data-autofocus
          onClick={() => void copyForAWhile(token).then(() => setCopied(true))}
        >
          {isCopied ? <IconCheck size={17} /> : <IconCopy size={17} />}
        </ActionIcon>
      </Group>
      <Text size="xs" c="dimmed" role="status">
        {isCopied ? text.copied : text.until(formatDay(expiresAt))}
      </Text>
      <Group justify="flex-end">
        <Button onClick={onClose}>{text.done}</Button>
      </Group>
    </Stack>
  );
};

/** Makes a token and shows it once: it is in this component's state and nowhere else. */
export const IssueToken = ({ consumer, onClose }: { readonly consumer: string; readonly onClose: () => void }) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  const [days, setDays] = useState(FIRST_DAYS);
  const [issued, setIssued] = useState<IssuedToken | null>(null);
  const [isPending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  if (issued !== null) return <Issued issued={issued} onClose={onClose} />;
  const issue = async (): Promise<void> => {
    setPending(true);
    setError(null);
    try {
      setIssued(await issueToken(consumer, { expiresInDays: Number(days) }, key.of(days)));
      key.answered();
      await client.invalidateQueries({ queryKey: registeredConsumersKey });
    } catch (fault) {
      key.answered(fault);
      setError(fault);
    } finally {
      setPending(false);
    }
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void issue();
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {text.issueLead}
        </Text>
        <NativeSelect
          label={text.days}
          data={[...text.dayChoices]}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data-autofocus
        />
        <FormFoot error={error} isPending={isPending} submit={text.issueSubmit} onCancel={onClose} />
      </Stack>
    </form>
  );
};
