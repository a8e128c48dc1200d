import type { RegisteredConsumer } from '@keyturn/contracts/queries';
import { Button } from '@mantine/core';
import { useDisclosure, useDocumentTitle } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { LiveMark } from '../../shared/live/live-mark.tsx';
import { useLiveUpdates } from '../../shared/live/use-live-updates.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { RelativeTime } from '../../shared/time/relative-time.tsx';
import { strings } from '../../strings.ts';
import { registeredConsumers as registeredConsumersWords } from '../../strings-consumers.ts';
import { ConsumerForm } from './consumer-form.tsx';
import { GrantList } from './grant-list.tsx';
import classes from './registered-consumers.module.css';
import { registeredQueries } from './registered-queries.ts';
import { TokenCard } from './token-card.tsx';

const text = registeredConsumersWords;
const route = getRouteApi('/admin/system/consumers/$consumer');

const Facts = ({ owner, registeredAt, liveTokens }: RegisteredConsumer) => (
  <dl className={classes['facts']}>
    <div>
      <dt>{text.detail.owner}</dt>
      <dd>{owner ?? text.noOwner}</dd>
    </div>
    <div>
      <dt>{text.detail.liveTokens}</dt>
      <dd className="kt-number">{liveTokens}</dd>
    </div>
    <div>
      <dt>{text.detail.registered}</dt>
      <dd>
        <RelativeTime at={registeredAt} />
      </dd>
    </div>
  </dl>
);

const Consumer = ({ consumer }: { readonly consumer: RegisteredConsumer }) => {
  const [editing, dialog] = useDisclosure(false);
  const isAdmin = useIsAdmin();
  return (
    <>
      <Facts {...consumer} />
      <div className={classes['stack']}>
        <section className={`kt-card ${classes['panel']}`} aria-label={text.detail.grants}>
          <div className={classes['head']}>
            <h2 className={classes['subtitle']}>{text.detail.grants}</h2>
            {isAdmin && (
              <Button variant="default" size="xs" leftSection={<IconPencil size={15} />} onClick={dialog.open}>
                {text.edit.open}
              </Button>
            )}
          </div>
          <GrantList grants={consumer.grants} />
        </section>
        <TokenCard consumer={consumer.consumer} mayChange={isAdmin} />
      </div>
      <Dialog opened={editing} onClose={dialog.close} size="lg" title={text.edit.title(consumer.consumer)}>
        {editing && (
          <ConsumerForm
            before={consumer}
            taken={[]}
            onCancel={dialog.close}
            onDone={(name) => {
              dialog.close();
              notifyDone(text.edit.done(name));
            }}
          />
        )}
      </Dialog>
    </>
  );
};

/** `/admin/system/consumers/$consumer`. */
export const ConsumerPage = () => {
  const { consumer } = route.useParams();
  useDocumentTitle(`${consumer} · ${strings.product}`);
  const live = useLiveUpdates();
  const { data, error, isPending, refetch } = useQuery(registeredQueries.one(consumer));
  return (
    <>
      <ConnectionBanner state={live.state} />
      <Link to="/admin/system/consumers" className={classes['crumb']}>
        ← {text.title}
      </Link>
      {data !== undefined && (
        <>
          <PageHead title={data.consumer}>
            <LiveMark state={live.state} />
          </PageHead>
          <Consumer consumer={data} />
        </>
      )}
      {isPending && <LoadingLines sentence={text.loadingOne} />}
      {data === undefined && !isPending && <ProblemPanel isPage error={error} onRetry={() => void refetch()} />}
    </>
  );
};
