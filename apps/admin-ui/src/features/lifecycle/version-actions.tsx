import type { VersionDetail } from '@keyturn/contracts/api';
import { ActionIcon, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp, IconArrowsDiff } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { DataTable } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { lifecycleQueries, rollBackTo } from './lifecycle-queries.ts';
import { AskReason, Dialog, useCredentialWrite } from './reason-dialog.tsx';

const text = strings.lifecycle;

type Difference = {
  readonly field: string;
  readonly secret: boolean;
  readonly change: keyof typeof text.compare.changes;
  readonly a: string | null;
  readonly b: string | null;
};
const sideOf = (secret: boolean, value: string | null) => (secret ? <span className="kt-dim">{text.compare.secret}</span> : (value ?? '–'));

const COLUMNS: ReadonlyArray<Column<Difference>> = [
  { label: text.compare.columns.field, cell: ({ field }) => strings.fields[field] ?? field },
  { label: text.compare.columns.change, cell: ({ change }) => text.compare.changes[change] },
  { label: text.compare.columns.before, cell: ({ secret, a }) => sideOf(secret, a) },
  { label: text.compare.columns.after, cell: ({ secret, b }) => sideOf(secret, b) },
];

const Comparison = ({ credentialId, a, b }: { readonly credentialId: string; readonly a: number; readonly b: number }) => {
  const { data, error } = useQuery(lifecycleQueries.comparison(credentialId, a, b));
  if (error !== null) return <ProblemAlert error={error} />;
  if (data === undefined) return <LoadingLines sentence={text.compare.loading} lines={3} />;
  return (
    <>
      <DataTable
        label={text.compare.title(a, b)}
        columns={COLUMNS}
        rows={data.fields}
        rowKey={({ field, secret }) => `${field}/${secret}`}
      />
      <Text size="xs" c="dimmed" mt="sm">
        {text.compare.hint}
      </Text>
    </>
  );
};

const RollBack = (props: { readonly credentialId: string; readonly version: number; readonly onClose: () => void }) => {
  const { credentialId, version, onClose } = props;
  const request = useCredentialWrite<string>(credentialId, (reason, key) => rollBackTo(credentialId, version, reason, key), onClose);
  return (
    <AskReason
      lead={text.rollBack.lead}
      submit={text.rollBack.submit}
      isDangerous
      isPending={request.isPending}
      error={request.error}
      onCancel={onClose}
      onReason={(reason) => request.mutate(reason)}
    />
  );
};

type Props = { readonly credentialId: string; readonly version: VersionDetail; readonly current: number | null };

/** Compare a version with the current one, and go back to it where that can be tried. */
export const VersionActions = ({ credentialId, version: { version, rollBackRefused }, current }: Props) => {
  const [comparing, compare] = useDisclosure(false);
  const [rollingBack, rollBack] = useDisclosure(false);
  const mayWrite = useMayWrite();
  if (current === null || version === current) return null;
  return (
    <Group gap={4} wrap="nowrap">
      <ActionIcon variant="subtle" color="gray" aria-label={text.compare.open(version)} onClick={compare.open}>
        <IconArrowsDiff size={17} />
      </ActionIcon>
      {mayWrite && rollBackRefused === null && (
        <ActionIcon variant="subtle" color="gray" aria-label={text.rollBack.open(version)} onClick={rollBack.open}>
          <IconArrowBackUp size={17} />
        </ActionIcon>
      )}
      <Dialog opened={comparing} onClose={compare.close} title={text.compare.title(version, current)}>
        {comparing && <Comparison credentialId={credentialId} a={version} b={current} />}
      </Dialog>
      <Dialog opened={rollingBack} onClose={rollBack.close} title={text.rollBack.title(version)}>
        {rollingBack && <RollBack credentialId={credentialId} version={version} onClose={rollBack.close} />}
      </Dialog>
    </Group>
  );
};
