import type { CredentialView } from '@keyturn/contracts/api';
import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { strings } from '../../strings.ts';
import { AccessTab } from '../audit/access-tab.tsx';
import { ConsumerList } from '../consumers/consumer-list.tsx';
import { consumerQueries } from '../consumers/consumer-queries.ts';
import { lifecycleQueries } from '../lifecycle/lifecycle-queries.ts';
import { TestTab } from '../provider-tests/test-tab.tsx';
import { RotationHistory } from '../rotation/rotation-history.tsx';
import { TimelineList } from '../timeline/timeline-list.tsx';
import classes from './credential-page.module.css';
import { VersionList } from './version-list.tsx';

const { tabs } = strings.detail;
export type Tab = keyof typeof tabs;
const TABS: readonly Tab[] = ['versions', 'consumers', 'tests', 'access', 'timeline', 'rotations'];

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
          <ConsumerList credentialId={credentialId} current={current} generation={generation} />
        </Tabs.Panel>
        <Tabs.Panel value="tests">
          <TestTab credential={credential} />
        </Tabs.Panel>
        <Tabs.Panel value="access">
          <AccessTab credential={credential} />
        </Tabs.Panel>
        <Tabs.Panel value="timeline">
          <TimelineList credentialId={credentialId} heardOf={heardOf} />
        </Tabs.Panel>
        <Tabs.Panel value="rotations">
          <RotationHistory rotations={rotations} shown={shownEpoch} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
};
