import type { DryRun } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconCircleCheck, IconHandStop, IconTestPipe } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DataTable } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { Notice } from '../../shared/state/notice.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { Statement } from '../../shared/state/statement.tsx';
import { plainDuration } from '../../shared/time/plain-duration.ts';
import { strings } from '../../strings.ts';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { useTestNow } from '../provider-tests/use-test-now.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { dryRunQuery } from './decision-writes.ts';
import classes from './decisions.module.css';

const text = decisionsWords.dryRun;
type Asked = DryRun['consumers'][number];

const COLUMNS: ReadonlyArray<Column<Asked>> = [
  {
    label: text.columns.instance,
    cell: ({ consumer, instance }) => (
      <span className="kt-mono">
        {consumer}/{instance}
      </span>
    ),
  },
  { label: text.columns.state, cell: ({ state }) => strings.consumers.states[state] },
  { label: text.columns.preflight, cell: ({ preflight }) => (preflight ? text.yes : text.no) },
  { label: text.columns.awaited, cell: ({ awaited }) => (awaited ? text.yes : text.no) },
  { label: text.columns.sentence, cell: ({ sentence }) => sentence },
];

const Findings = ({ title, findings }: { readonly title: string; readonly findings: DryRun['findings'] }) =>
  findings.length === 0 ? null : (
    <section className={classes['part']} aria-label={title}>
      <h3>{title}</h3>
      <ul className={classes['findings']}>
        {findings.map(({ code, sentence, statement }) => (
          <li key={`${code}/${sentence}`}>
            {sentence}
            {statement !== undefined && <Statement statement={statement} />}
          </li>
        ))}
      </ul>
    </section>
  );

/** What is known of the issuer, with a test that looks at it: for what was never seen, and for what was mended since. */
const Issuer = ({ credentialId, issuer }: { readonly credentialId: string; readonly issuer: NonNullable<DryRun['issuer']> }) => {
  const request = useTestNow(credentialId);
  const mayTest = useMayWrite();
  return (
    <section className={classes['part']} aria-label={text.issuer}>
      <h3>{text.issuer}</h3>
      <p>{issuer.sentence}</p>
      {mayTest && (
        <Button
          variant="default"
          size="xs"
          mt="xs"
          leftSection={<IconTestPipe size={15} />}
          loading={request.isPending}
          onClick={() => request.mutate()}
        >
          {text.testNow}
        </Button>
      )}
      {request.error !== null && <ProblemAlert error={request.error} />}
    </section>
  );
};

const Result = ({ run }: { readonly run: DryRun }) => (
  <>
    <Notice
      tone={run.possible ? 'good' : 'bad'}
      icon={run.possible ? <IconCircleCheck size={18} /> : <IconHandStop size={18} />}
      title={run.possible ? text.possible : text.blocked}
    >
      {run.possible ? run.approvals.sentence : text.blockedLead}
    </Notice>
    <Findings title={text.blockers} findings={run.findings.filter(({ blocks }) => blocks)} />
    <Findings title={text.known} findings={run.findings.filter(({ blocks }) => !blocks)} />
    {run.issuer !== null && <Issuer credentialId={run.credentialId} issuer={run.issuer} />}
    <section className={classes['part']} aria-label={text.steps}>
      <h3>{text.steps}</h3>
      <ol className={classes['steps']}>
        {run.steps.map(({ name, sentence, atMostMs }) => (
          <li key={name}>
            {sentence} {atMostMs !== null && <span className="kt-dim kt-number">({text.atMost(plainDuration(atMostMs))})</span>}
          </li>
        ))}
      </ol>
      <p className="kt-dim">{run.overlap.sentence}</p>
    </section>
    <section className={classes['part']} aria-label={text.consumers}>
      <h3>{text.consumers}</h3>
      {run.consumers.length === 0 ? (
        <p className="kt-dim">{text.nobody}</p>
      ) : (
        <DataTable
          label={text.consumers}
          columns={COLUMNS}
          rows={run.consumers}
          rowKey={({ consumer, instance }) => `${consumer}/${instance}`}
        />
      )}
    </section>
    <p className={`kt-dim ${classes['part']}`}>{text.nothingDone}</p>
  </>
);

const DryRunOf = ({ credentialId, reason }: { readonly credentialId: string; readonly reason: 'manual' | 'compromised' }) => {
  const { data, error, isPending, refetch } = useQuery(dryRunQuery(credentialId, reason));
  if (isPending) return <LoadingLines sentence={text.loading} />;
  return data === undefined ? <ProblemPanel error={error} onRetry={() => void refetch()} /> : <Result run={data} />;
};

type Props = {
  readonly credentialId: string;
  readonly address: string;
  readonly reason: 'manual' | 'compromised';
  readonly onClose: () => void;
};

/** What a rotation that was asked for now would do, whom it would ask, and what blocks it. */
export const DryRunDialog = ({ credentialId, address, reason, onClose }: Props) => (
  <Dialog opened onClose={onClose} size="xl" title={text.title(address)}>
    <DryRunOf credentialId={credentialId} reason={reason} />
  </Dialog>
);
