import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useIsAdmin, useMayAudit } from '../../shared/api/use-roles.ts';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { strings } from '../../strings.ts';
import { settings as settingsWords } from '../../strings-settings.ts';
import { LlmChoicePanel } from '../llm-choice/llm-choice-panel.tsx';
import { PolicyTable } from '../policy/policy-table.tsx';
import { ProviderList } from './provider-list.tsx';
import classes from './settings.module.css';
import { settingsQuery } from './settings-queries.ts';

const text = settingsWords;

const Showing = ({ days }: { readonly days: number }) => {
  const mayAudit = useMayAudit();
  return (
    <section className={`kt-card ${classes['panel']}`} aria-label={text.showing.title}>
      <h2 className={classes['title']}>{text.showing.title}</h2>
      <ul className={classes['rules']}>
        {text.showing.rules(days).map((rule) => (
          <li key={rule}>{rule}</li>
        ))}
      </ul>
      {mayAudit && (
        <Link to="/admin/system/audit" search={{ tab: 'access' }} className="kt-link">
          {text.showing.log}
        </Link>
      )}
    </section>
  );
};

/** `/admin/system/settings`: what holds for all credentials. */
export const SettingsPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const { data, error, isPending, refetch } = useQuery(settingsQuery);
  const isAdmin = useIsAdmin();
  return (
    <>
      <ConnectionBanner />
      <PageHead title={text.title} lead={text.lead} />
      <div className={classes['grid']}>
        <section className={`kt-card ${classes['panel']}`} aria-label={text.policy.title}>
          <h2 className={classes['title']}>{text.policy.title}</h2>
          <p className="kt-sub">{text.policy.hint}</p>
          <p className="kt-sub">
            {text.policy.set} <code className="kt-mono">{text.policy.variable}</code> {text.policy.setHow}
          </p>
          {isPending && <LoadingLines sentence={text.loading} lines={6} />}
          {data === undefined && !isPending && <ProblemPanel error={error} onRetry={() => void refetch()} />}
          {data !== undefined && <PolicyTable policy={data.defaultPolicy} />}
        </section>
        <div className={classes['column']}>
          <LlmChoicePanel whose="system" mayChange={isAdmin} />
          {data !== undefined && <Showing days={data.backupRetentionDays} />}
        </div>
        <div className={classes['wide']}>
          <ProviderList />
        </div>
      </div>
    </>
  );
};
