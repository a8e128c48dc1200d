import type { CredentialType } from '@keyturn/contracts';
import { Group, NativeSelect, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { DataTable } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { strings } from '../../strings.ts';
import { labelOfField } from '../credential-form/form-fields.ts';
import { lifecycleQueries } from './lifecycle-queries.ts';

const text = strings.lifecycle.compare;

type Change = keyof typeof text.changes;
type Difference = {
  readonly field: string;
  readonly secret: boolean;
  readonly change: Change;
  readonly a: string | null;
  readonly b: string | null;
};

const TONES: Record<Change, Tone> = { same: 'idle', changed: 'warn', added: 'good', removed: 'bad', unknown: 'idle' };
const sideOf = (secret: boolean, value: string | null) => {
  if (secret) return <span className="kt-dim">{text.secret}</span>;
  return value === null ? <span className="kt-dim">–</span> : <span className="kt-mono">{value}</span>;
};

const columnsOf = (type: CredentialType, a: number, b: number): ReadonlyArray<Column<Difference>> => [
  { label: text.columns.field, cell: ({ field }) => labelOfField(type, field) },
  { label: text.columns.change, cell: ({ change }) => <StatusBadge tone={TONES[change]}>{text.changes[change]}</StatusBadge> },
  { label: strings.credentials.version(a), cell: ({ secret, a: value }) => sideOf(secret, value) },
  { label: strings.credentials.version(b), cell: ({ secret, b: value }) => sideOf(secret, value) },
];

type DifferencesProps = { readonly credentialId: string; readonly type: CredentialType; readonly a: number; readonly b: number };

const Differences = ({ credentialId, type, a, b }: DifferencesProps) => {
  const { data, error } = useQuery(lifecycleQueries.comparison(credentialId, a, b));
  if (error !== null) return <ProblemAlert error={error} />;
  if (data === undefined) return <LoadingLines sentence={text.loading} lines={3} />;
  const changed = data.fields.filter(({ change }) => change !== 'same').length;
  return (
    <>
      <Text size="sm" mb="xs" role="status">
        {text.summary(changed, data.fields.length)}
      </Text>
      <DataTable
        label={text.title(a, b)}
        columns={columnsOf(type, a, b)}
        rows={data.fields}
        rowKey={({ field, secret }) => `${field}/${secret}`}
      />
    </>
  );
};

type Props = {
  readonly credentialId: string;
  readonly type: CredentialType;
  readonly versions: readonly number[];
  readonly from: number;
  readonly to: number;
};

/** Which fields differ between any two versions. Secret ones are compared inside the vault. */
export const Comparison = ({ credentialId, type, versions, from, to }: Props) => {
  const [a, setA] = useState(from);
  const [b, setB] = useState(to);
  const choices = versions.map((version) => ({ value: String(version), label: strings.credentials.version(version) }));
  return (
    <>
      <Group gap="sm" mb="md" grow>
        <NativeSelect label={text.from} data={choices} value={String(a)} onChange={(event) => setA(Number(event.currentTarget.value))} />
        <NativeSelect label={text.to} data={choices} value={String(b)} onChange={(event) => setB(Number(event.currentTarget.value))} />
      </Group>
      {a === b ? (
        <Text size="sm" c="dimmed">
          {text.sameVersion}
        </Text>
      ) : (
        <Differences credentialId={credentialId} type={type} a={a} b={b} />
      )}
      <Text size="xs" c="dimmed" mt="sm">
        {text.hint}
      </Text>
    </>
  );
};
