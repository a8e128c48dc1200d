import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { AddressText } from '../../shared/state/address-text.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { now } from '../../shared/time/clock.ts';
import { strings } from '../../strings.ts';
import { titleOfType } from '../credential-form/form-fields.ts';
import { environmentNames, environmentQuery } from '../credentials/environment-query.ts';
import { RestoreBanner } from '../restore/restore-banner.tsx';
import { OpenRotationBadge } from '../rotation/rotation-badge.tsx';
import { AuditBanner } from '../timeline/audit-banner.tsx';
import { agesByKind } from './age.ts';
import { AgeBars } from './age-bars.tsx';
import { ConvergenceChart } from './convergence-chart.tsx';
import { NeedList } from './need-list.tsx';
import classes from './overview.module.css';
import { useOverview } from './use-overview.ts';
import type { Overview } from './use-overview.ts';

const text = strings.overview;

type PanelProps = { readonly title: string; readonly hint?: string; readonly wide?: boolean; readonly children: ReactNode };

const Panel = ({ title, hint, wide = false, children }: PanelProps) => (
  <section className={`kt-card ${classes['panel']} ${wide ? classes['wide'] : ''}`} aria-label={title}>
    <h2 className={classes['subtitle']}>{title}</h2>
    {hint !== undefined && <p className={`kt-sub ${classes['hint']}`}>{hint}</p>}
    {children}
  </section>
);

const Flying = ({ flying }: Pick<Overview, 'flying'>) =>
  flying.length === 0 ? (
    <p className="kt-dim">{text.flight.none}</p>
  ) : (
    <ul className={classes['flying']}>
      {flying.map(({ credentialId, address, openEpoch }) => (
        <li key={credentialId}>
          <Link to="/admin/system/credentials/$credentialId" params={{ credentialId }} className={classes['needLink']}>
            <AddressText address={address} />
          </Link>
          {openEpoch !== null && <OpenRotationBadge credentialId={credentialId} epoch={openEpoch} />}
        </li>
      ))}
    </ul>
  );

const Panels = ({ overview: { needs, untested, flying, runs, known, isAll } }: { readonly overview: Overview }) => {
  const environment = useQuery(environmentQuery);
  const kinds = agesByKind(known, ({ credentialType }) => titleOfType(credentialType), now());
  return (
    <div className={classes['panels']}>
      <Panel title={text.needs.title} wide>
        <NeedList needs={needs} untested={untested} environment={environmentNames(environment.data)} />
      </Panel>
      <Panel title={text.chart.title} hint={text.chart.hint}>
        <ConvergenceChart runs={runs} />
      </Panel>
      <Panel title={text.flight.title}>
        <Flying flying={flying} />
      </Panel>
      <Panel title={text.kinds.title} hint={isAll ? text.kinds.hint : text.kinds.sampled(known.length)} wide>
        <AgeBars kinds={kinds} />
      </Panel>
    </div>
  );
};

/** `/`, for those who may read everything: what needs someone now, what goes on, and how it stands. */
export const OverviewPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const live = useLiveUpdates();
  const { overview, error, retry } = useOverview();
  return (
    <>
      <ConnectionBanner state={live.state} />
      <AuditBanner />
      <RestoreBanner />
      <div className={classes['head']}>
        <h1 className={classes['title']}>{text.title}</h1>
        <LiveMark state={live.state} />
      </div>
      {overview !== null && <Panels overview={overview} />}
      {overview === null && error === null && (
        <section className="kt-card">
          <LoadingLines sentence={text.loading} lines={7} />
        </section>
      )}
      {overview === null && error !== null && <ProblemPanel error={error} onRetry={retry} />}
    </>
  );
};
