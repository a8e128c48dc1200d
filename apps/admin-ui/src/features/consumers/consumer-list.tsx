import type { ConsumerView } from '@keyturn/contracts/api';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { DataTable, Sub } from '../../shared/state/data-table.tsx';
import type { Column } from '../../shared/state/data-table.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { StatusBadge } from '../../shared/state/status-badge.tsx';
import type { Tone } from '../../shared/state/status-badge.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { acknowledgementOf } from './acknowledgement.ts';
import { consumerQueries } from './consumer-queries.ts';

const text = strings.consumers;
const TONES: Record<ConsumerView['state'], Tone> = { live: 'good', silent: 'warn', lost: 'bad', ended: 'idle' };
const ORDER: ReadonlyArray<ConsumerView['state']> = ['silent', 'live', 'lost', 'ended'];

const byUrgency = (one: ConsumerView, other: ConsumerView): number =>
  ORDER.indexOf(one.state) - ORDER.indexOf(other.state) ||
  one.consumer.localeCompare(other.consumer) ||
  one.instance.localeCompare(other.instance);

const Holds = ({ consumer, current }: { readonly consumer: ConsumerView; readonly current: number | null }) =>
  consumer.holds.length === 0 ? (
    <span className="kt-dim">{text.nothing}</span>
  ) : (
    consumer.holds.map(({ version, since }) => (
      <div key={version}>
        <StatusBadge tone={version === current ? 'good' : 'warn'}>{strings.credentials.version(version)}</StatusBadge>{' '}
        <span className="kt-dim">
          {text.taken} <RelativeTime at={since} />
        </span>
      </div>
    ))
  );

const From = ({ consumer: { from } }: { readonly consumer: ConsumerView }) =>
  from === null ? (
    <>
      <span className="kt-dim">{text.unseen}</span>
      <Sub>{text.unseenBecause}</Sub>
    </>
  ) : (
    <>
      <span className="kt-mono">{from.ip}</span>
      <Sub>
        {text.seen} <RelativeTime at={from.at} />
      </Sub>
    </>
  );

const Acknowledged = ({ consumer, current, generation }: Omit<Props, 'credentialId'> & { readonly consumer: ConsumerView }) => {
  const { tone, said, why } = acknowledgementOf(consumer, { current, generation });
  return (
    <>
      <StatusBadge tone={tone}>{said}</StatusBadge>
      {why !== null && <Sub>{why}</Sub>}
    </>
  );
};

type Props = { readonly credentialId: string; readonly current: number | null; readonly generation: number };

const columnsFor = ({ current, generation }: Props): ReadonlyArray<Column<ConsumerView>> => [
  {
    label: text.columns.instance,
    cell: ({ consumer, instance }) => (
      <strong className="kt-mono">
        {consumer}/{instance}
      </strong>
    ),
  },
  {
    label: text.columns.state,
    cell: ({ state }) => (
      <StatusBadge tone={TONES[state]} title={text.stateHints[state]}>
        {text.states[state]}
      </StatusBadge>
    ),
  },
  { label: text.columns.holds, cell: (consumer) => <Holds consumer={consumer} current={current} /> },
  { label: text.columns.from, cell: (consumer) => <From consumer={consumer} /> },
  {
    label: text.columns.acknowledged,
    cell: (consumer) => <Acknowledged consumer={consumer} current={current} generation={generation} />,
  },
  { label: text.columns.beat, cell: ({ lastBeatAt }) => <RelativeTime at={lastBeatAt} /> },
];

/** Who holds which version, whom a revoke waits for first. */
export const ConsumerList = (props: Props) => {
  const { data, error, isPending, refetch } = useQuery(consumerQueries.of(props.credentialId));
  if (isPending) return <LoadingLines sentence={text.loading} />;
  if (data === undefined) return <ProblemPanel error={error} onRetry={() => void refetch()} />;
  if (data.items.length === 0) return <StatePanel icon={<IconPlugConnected />} title={text.empty.title} detail={text.empty.detail} />;
  return (
    <DataTable
      label={strings.detail.tabs.consumers}
      columns={columnsFor(props)}
      rows={data.items.toSorted(byUrgency)}
      rowKey={({ consumer, instance }) => `${consumer}/${instance}`}
    />
  );
};
