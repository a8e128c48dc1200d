import type { CredentialView } from '@keyturn/contracts/api';
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense } from 'react';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { strings } from '../../strings.ts';
import { consumerQueries } from '../consumers/consumer-queries.ts';
import { lifecycleQueries } from '../lifecycle/lifecycle-queries.ts';
import classes from './credential-page.module.css';
import { VersionList } from './version-list.tsx';

// What isn't on show at first comes when it is.
const ConsumerList = lazy(async () => ({ default: (await import('../consumers/consumer-list.tsx')).ConsumerList }));
const RotationHistory = lazy(async () => ({ default: (await import('../rotation/rotation-history.tsx')).RotationHistory }));
const TimelineList = lazy(async () => ({ default: (await import('../timeline/timeline-list.tsx')).TimelineList }));
const AccessTab = lazy(async () => ({ default: (await import('../audit/access-tab.tsx')).AccessTab }));
const PolicyTab = lazy(async () => ({ default: (await import('../policy/policy-tab.tsx')).PolicyTab }));
const TestTab = lazy(async () => ({ default: (await import('../provider-tests/test-tab.tsx')).TestTab }));

const { tabs } = strings.detail;
export type Tab = keyof typeof tabs;
const TABS: readonly Tab[] = ['versions', 'consumers', 'tests', 'policy', 'access', 'timeline', 'rotations'];

const Coming = ({ children }: { readonly children: ReactNode }) => (
  <Suspense fallback={<LoadingLines sentence={strings.credentials.coming} lines={3} />}>{children}</Suspense>
);

type Props = {
  readonly credential: CredentialView;
  readonly tab: Tab;
  readonly onTab: (tab: Tab) => void;
  readonly shownEpoch: number | null;
  readonly heardOf: number;
};

/** Everything about a credential that is not the run on show. */
export const CredentialTabs = ({ credential, tab, onTab, shownEpoch, heardOf }: Props) => {
  const { credentialId, current, generation, versions, rotations } = credential;
  const consumers = useQuery(consumerQueries.of(credentialId));
  const details = useQuery(lifecycleQueries.versions(credentialId));
  const counts: Readonly<Record<Tab, number | null>> = {
    versions: versions.length,
    consumers: consumers.data?.items.length ?? null,
    tests: null,
    policy: null,
    access: null,
    timeline: null,
    rotations: rotations.length,
  };
  const choose = (next: string | null): void => {
    const known = TABS.find((name) => name === next);
    if (known !== undefined) onTab(known);
  };
  return (
    <section className={`kt-card ${classes['tabs']}`}>
      <Tabs value={tab} onChange={choose} keepMounted={false}>
        <Tabs.List>
          {TABS.map((name) => (
            <Tabs.Tab key={name} value={name} py="sm" className={classes['tab'] ?? ''}>
              {tabs[name]} {counts[name] !== null && <span className={`${classes['count']} kt-number`}>{counts[name]}</span>}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="versions">
          <VersionList
            credentialId={credentialId}
            type={credential.credentialType}
            current={current}
            versions={versions}
            details={details.data?.items ?? []}
          />
        </Tabs.Panel>
        <Tabs.Panel value="consumers">
          <Coming>
            <ConsumerList credentialId={credentialId} current={current} generation={generation} />
          </Coming>
        </Tabs.Panel>
        <Tabs.Panel value="tests">
          <Coming>
            <TestTab credential={credential} />
          </Coming>
        </Tabs.Panel>
        <Tabs.Panel value="policy">
          <Coming>
            <PolicyTab credential={credential} />
          </Coming>
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <Coming>
            <AccessTab credential={credential} />
          </Coming>
        </Tabs.Panel>
        <Tabs.Panel value="timeline">
          <Coming>
            <TimelineList credentialId={credentialId} heardOf={heardOf} />
          </Coming>
        </Tabs.Panel>
        <Tabs.Panel value="rotations">
          <Coming>
            <RotationHistory rotations={rotations} shown={shownEpoch} />
          </Coming>
        </Tabs.Panel>
      </Tabs>
    </section>
  );
};
