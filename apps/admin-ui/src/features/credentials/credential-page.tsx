import type { CredentialView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconRotateClockwise } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import type { Live } from '../../shared/live/use-live-updates.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { BackToCredentials } from '../../shared/state/not-found-page.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { strings } from '../../strings.ts';
import { CredentialActions } from '../lifecycle/credential-actions.tsx';
import { LifecycleNote } from '../lifecycle/lifecycle-note.tsx';
import { RotateButton } from '../rotation/rotate-button.tsx';
import { RotationPanel } from '../rotation/rotation-panel.tsx';
import { RestoreBanner } from '../restore/restore-banner.tsx';
import { AuditBanner } from '../timeline/audit-banner.tsx';
import { AboutCard } from './about-card.tsx';
import { CredentialHeader } from './credential-header.tsx';
import classes from './credential-page.module.css';
import { credentialQueries } from './credential-queries.ts';
import { CredentialTabs } from './credential-tabs.tsx';
import { LedgerNote } from './ledger-note.tsx';

const route = getRouteApi('/admin/system/credentials/$credentialId');

const latestEpoch = ({ openEpoch, rotations }: CredentialView): number | null => openEpoch ?? rotations[0]?.epoch ?? null;

const Run = ({ credential, epoch }: { readonly credential: CredentialView; readonly epoch: number | null }) => {
  const navigate = route.useNavigate();
  if (epoch === null) {
    const { title, detail } = strings.rotation.none;
    return (
      <section className="kt-card" aria-label={strings.rotation.region}>
        <StatePanel icon={<IconRotateClockwise />} tone="busy" title={title} detail={detail} />
      </section>
    );
  }
  const known = credential.rotations.find((rotation) => rotation.epoch === epoch);
  const toLatest = epoch !== latestEpoch(credential) && (
    <Button variant="subtle" size="compact-sm" onClick={() => void navigate({ search: ({ tab }) => (tab === undefined ? {} : { tab }) })}>
      {strings.rotation.latest}
    </Button>
  );
  return (
    <RotationPanel
      key={epoch}
      credentialId={credential.credentialId}
      epoch={epoch}
      aside={toLatest}
      {...(known === undefined ? {} : { known })}
    />
  );
};

const Credential = ({ credential, live }: { readonly credential: CredentialView; readonly live: Live }) => {
  useDocumentTitle(`${credential.address} · ${strings.product}`);
  const { tab = 'versions', epoch = latestEpoch(credential) } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <CredentialHeader
        credential={credential}
        actions={
          <>
            <LiveMark state={live.state} />
            <CredentialActions credential={credential} />
            <RotateButton
              credential={credential}
              onStarted={() => void navigate({ search: ({ tab: kept }) => (kept === undefined ? {} : { tab: kept }) })}
            />
          </>
        }
      />
      <div className={classes['stack']}>
        <LifecycleNote credential={credential} />
        <LedgerNote credential={credential} />
        <AboutCard credential={credential} />
        <Run credential={credential} epoch={epoch} />
        <CredentialTabs
          credential={credential}
          tab={tab}
          onTab={(next) => void navigate({ search: (search) => ({ ...search, tab: next }), replace: true, resetScroll: false })}
          shownEpoch={epoch}
          heardOf={live.position}
        />
      </div>
    </>
  );
};

/** `/admin/system/credentials/$credentialId`. */
export const CredentialPage = () => {
  const { credentialId } = route.useParams();
  const live = useLiveUpdates(credentialId);
  const { data, error, isPending, refetch } = useQuery(credentialQueries.detail(credentialId));
  return (
    <>
      <ConnectionBanner state={live.state} />
      <AuditBanner />
      <RestoreBanner />
      <Link to="/admin/system/credentials" className={classes['crumb']}>
        ← {strings.detail.breadcrumb}
      </Link>
      {isPending && <LoadingLines sentence={strings.detail.loading} lines={8} />}
      {data !== undefined && <Credential key={credentialId} credential={data} live={live} />}
      {data === undefined && !isPending && (
        <ProblemPanel isPage error={error} onRetry={() => void refetch()} actions={<BackToCredentials />} />
      )}
    </>
  );
};
