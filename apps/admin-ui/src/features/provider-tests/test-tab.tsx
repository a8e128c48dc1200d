import type { CredentialView, TestView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconTestPipe } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import { formatDuration } from '../../shared/time/format-time.ts';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { providerTests as providerTestsWords } from '../../strings-audit.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import classes from './test-tab.module.css';
import { IssuerSeen } from './issuer-seen.tsx';
import { testQueries } from './test-queries.ts';
import { useTestNow } from './use-test-now.ts';
import { TONE_OF_VERDICT } from './verdict-tones.ts';

const text = providerTestsWords;

const nameOf = ({ id, name }: TestView['by']): string => name ?? id;

const COLUMNS: ReadonlyArray<Column<TestView>> = [
  { label: text.columns.at, cell: ({ at }) => <RelativeTime at={at} /> },
  { label: text.columns.version, cell: ({ version }) => <span className="kt-number">{strings.credentials.version(version)}</span> },
  {
    label: text.columns.verdict,
    cell: ({ verdict }) => <StatusBadge tone={TONE_OF_VERDICT[verdict]}>{strings.versions.verdicts[verdict] ?? verdict}</StatusBadge>,
  },
  {
    label: text.columns.sentence,
    cell: ({ sentence, can, issuer }) => (
      <>
        {sentence}
        {can.length > 0 && <Sub>{can.join(', ')}</Sub>}
        {issuer && <IssuerSeen issuer={issuer} />}
      </>
    ),
  },
  {
    label: text.columns.why,
    cell: ({ why, by }) => (
      <>
        {text.why[why]}
        <Sub>{text.by(nameOf(by))}</Sub>
      </>
    ),
  },
  { label: text.columns.elapsed, cell: ({ elapsedMs }) => <span className="kt-number">{formatDuration(elapsedMs)}</span> },
];

/** A credential's tests over time, the newest first, with a button that asks for one. */
export const TestTab = ({ credential: { credentialId, status, current } }: { readonly credential: CredentialView }) => {
  const { data, error, isPending, refetch } = useQuery(testQueries.of(credentialId));
  const request = useTestNow(credentialId);
  const mayTest = useMayWrite() && status !== 'deleted' && status !== 'deleting' && current !== null;
  if (isPending) return <LoadingLines sentence={text.loading} />;
  if (data === undefined) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  const { noTestBecause, open, items } = data;
  const isTesting = request.isPending || open !== null;
  return (
    <>
      <div className={classes['head']}>
        <span className="kt-dim" role="status">
          {isTesting ? text.testing : noTestBecause === null ? text.lead : text.noTest(noTestBecause)}
        </span>
        {mayTest && noTestBecause === null && (
          <Button variant="default" size="xs" leftSection={<IconTestPipe size={15} />} loading={isTesting} onClick={() => request.mutate()}>
            {text.testNow}
          </Button>
        )}
      </div>
      {request.error !== null && (
        <div className={classes['problem']}>
          <ProblemAlert error={request.error} />
        </div>
      )}
      {items.length > 0 && (
        <DataTable label={text.table} columns={COLUMNS} rows={items} rowKey={({ at, version, testId }) => `${version}/${testId ?? at}`} />
      )}
      {items.length === 0 && noTestBecause === null && (
        <StatePanel icon={<IconTestPipe />} title={text.empty.title} detail={text.empty.detail} />
      )}
    </>
  );
};
