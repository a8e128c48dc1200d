import { LLM_PROVIDERS } from '@keyturn/contracts';
import type { CredentialType, LlmProviderId } from '@keyturn/contracts';
import type { Stats } from '@keyturn/contracts/api';
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
import { strings } from '../../strings.ts';
import { overview as overviewWords } from '../../strings-overview.ts';
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

const text = overviewWords;

type PanelProps = { readonly title: string; readonly hint?: string; readonly wide?: boolean; readonly children: ReactNode };

const Panel = ({ title, hint, wide = false, children }: PanelProps) => (
  <section className={`kt-card ${classes['panel']} ${wide ? classes['wide'] : ''}`} aria-label={title}>
    <h2 className={classes['subtitle']}>{title}</h2>
    {hint !== undefined && <p className={`kt-sub ${classes['hint']}`}>{hint}</p>}
    {children}
  </section>
);

const MOST_FLYING = 12;

const Flying = ({ flying: { runs, hasMore } }: { readonly flying: NonNullable<Overview['flying']> }) =>
  runs.length === 0 ? (
    <p className="kt-dim">{text.flight.none}</p>
  ) : (
    <>
      <ul className={classes['flying']}>
        {runs.slice(0, MOST_FLYING).map(({ credentialId, address, epoch }) => (
          <li key={`${credentialId}/${epoch}`}>
            <Link to="/admin/system/credentials/$credentialId" params={{ credentialId }} className={classes['needLink']}>
              <AddressText address={address} />
            </Link>
            <OpenRotationBadge credentialId={credentialId} epoch={epoch} />
          </li>
        ))}
      </ul>
      {runs.length > MOST_FLYING && <p className="kt-dim">{text.flight.more(runs.length - MOST_FLYING, hasMore)}</p>}
    </>
  );

const Untold = () => <p className="kt-dim">{text.untold}</p>;

const Panels = ({ overview }: { readonly overview: Overview }) => {
  const { needs, hasFailed, unlisted, flying, converged, stats } = overview;
  const environment = useQuery(environmentQuery);
  return (
    <div className={classes['panels']}>
      <Panel title={text.needs.title} wide>
        <NeedList
          needs={needs}
          hasFailed={hasFailed}
          unlisted={unlisted}
          untested={stats?.credentials.untested.count ?? 0}
          environment={environmentNames(environment.data)}
        />
      </Panel>
      <Panel title={text.chart.title} hint={text.chart.hint}>
        {converged === null ? <Untold /> : <ConvergenceChart runs={converged} />}
      </Panel>
      <Panel title={text.flight.title}>{flying === null ? <Untold /> : <Flying flying={flying} />}</Panel>
      <Panel title={text.kinds.title} hint={text.kinds.hint} wide>
        {stats === null ? <Untold /> : <AgeBars kinds={agesByKind(stats.credentials, nameOfKind)} />}
      </Panel>
    </div>
  );
};

const nameOfKind = (kind: { readonly type: CredentialType } | { readonly llm: LlmProviderId }): string =>
  'type' in kind ? titleOfType(kind.type) : text.kinds.llm(LLM_PROVIDERS[kind.llm].name);

const Figures = ({ stats: { credentials, consumers, rotations } }: { readonly stats: Stats }) => (
  <p className={`kt-dim kt-number ${classes['figures']}`}>{text.figures(credentials.active, consumers, rotations)}</p>
);

/** `/`, for those who may read everything: what needs someone now, what goes on, and how it stands. */
export const OverviewPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const live = useLiveUpdates();
  const { overview, error, retry } = useOverview(live.position);
  return (
    <>
      <ConnectionBanner state={live.state} />
      <AuditBanner />
      <RestoreBanner />
      <div className={classes['head']}>
        <h1 className={classes['title']}>{text.title}</h1>
        {overview?.stats != null && <Figures stats={overview.stats} />}
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
