import type { BackupView } from '@keyturn/contracts/api';
import { Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconFolderOff, IconHourglass } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem } from '../../shared/api/api-problem.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { formatBytes } from '../../shared/format-bytes.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { Notice } from '../../shared/state/notice.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { backing as text } from '../../strings-take-away.ts';
import { nameOf } from '../rotation/stepper-state.ts';
import { backupQueries, isUnderWay, startBackup } from './backup-queries.ts';

/** How far a backup is, or how it ended, in a sentence. */
const HowItGoes = ({ backup }: { readonly backup: BackupView }) => {
  const { status, file, lines, bytes, head, failure } = backup;
  if (status === 'failed') {
    return (
      <Notice tone="bad" role="alert" icon={<IconAlertTriangle size={18} />} title={text.failed(file)}>
        {failure?.sentence}
      </Notice>
    );
  }
  if (status === 'completed') {
    return (
      <Notice tone="good" role="status" icon={<IconCircleCheck size={18} />}>
        {text.completed(file, formatBytes(bytes))} {head !== null && text.upTo(head.position.toLocaleString())}
      </Notice>
    );
  }
  return (
    <Notice tone="busy" icon={<IconHourglass size={18} />}>
      {status === 'requested' ? text.requested : text.running(lines.toLocaleString(), formatBytes(bytes))} {text.goesOn}
    </Notice>
  );
};

const Last = ({ backup }: { readonly backup: BackupView | undefined }) =>
  backup === undefined ? (
    <Text size="sm">{text.never}</Text>
  ) : (
    <Text size="sm" component="div">
      {text.last} <span className="kt-mono">{backup.file}</span>, {backup.status === 'failed' ? text.ago.failed : text.ago.completed}{' '}
      <RelativeTime at={backup.endedAt ?? backup.requestedAt} /> {text.by(nameOf(backup.by))}
      {backup.failure !== null && <>: {backup.failure.sentence}</>}
    </Text>
  );

const codeOf = (error: unknown): string | null => (error instanceof ApiProblem ? error.problem.code : null);

/** The vault's word on why it can't make one here; null where it said nothing of the kind. */
const unconfiguredBecause = (error: unknown): string | null =>
  error instanceof ApiProblem && codeOf(error) === 'backup-unconfigured' ? (error.problem.detail ?? '').replace(/^why: /u, '') : null;

const useBackup = () => {
  const client = useQueryClient();
  const list = useQuery(backupQueries.list());
  const [key] = useState(() => requestKey());
  const start = useMutation({
    mutationFn: () => startBackup(key.of('start')),
    onSuccess: () => key.answered(),
    onError: key.answered,
    onSettled: () => client.invalidateQueries({ queryKey: backupQueries.key }),
  });
  const items = list.data?.items ?? [];
  const started = items.find(({ backupId }) => backupId === start.data?.backupId);
  return { list, start, last: items[0], shown: started ?? items.find(isUnderWay) };
};

const Backup = ({ onClose }: { readonly onClose: () => void }) => {
  const { list, start, last, shown } = useBackup();
  const why = unconfiguredBecause(start.error);
  const isBusy = start.isPending || (shown !== undefined && isUnderWay(shown));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {text.lead} {text.holds} {text.recorded}
      </Text>
      {list.isPending && <LoadingLines sentence={text.loading} lines={1} />}
      {list.isError && <ProblemAlert error={list.error} />}
      {list.isSuccess && shown === undefined && <Last backup={last} />}
      {shown !== undefined && <HowItGoes backup={shown} />}
      {start.isError && why === null && !(isBusy && codeOf(start.error) === 'backup-running') && <ProblemAlert error={start.error} />}
      {why !== null && (
        <Notice role="alert" tone="warn" icon={<IconFolderOff size={18} />} title={text.unconfigured.title}>
          {text.unconfigured.why(why)} {text.unconfigured.what}
        </Notice>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {strings.lifecycle.close}
        </Button>
        <Button onClick={() => start.mutate()} loading={isBusy} disabled={!list.isSuccess} data-autofocus>
          {shown === undefined ? text.start : text.again}
        </Button>
      </Group>
    </Stack>
  );
};

/** Starts a backup on the vault's host, and says how it goes. */
export const BackupDialog = ({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) => (
  <Dialog opened={opened} onClose={onClose} title={text.title}>
    {opened && <Backup onClose={onClose} />}
  </Dialog>
);
