import { mayBringKeys } from '@keyturn/contracts/access';
import type { ByokKey, ByokKeySaved, ByokProvider } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { IconEye, IconKey, IconPlus } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { PageHead } from '../../shared/layout/page-head.tsx';
import { ConnectionBanner } from '../../shared/live/connection-banner.tsx';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { Notice } from '../../shared/state/notice.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { StatePanel } from '../../shared/state/state-panel.tsx';
import { strings } from '../../strings.ts';
import { ownKeys as ownKeysWords } from '../../strings-own-keys.ts';
import { LlmChoicePanel } from '../llm-choice/llm-choice-panel.tsx';
import { Reveal } from '../lifecycle/reveal-dialog.tsx';
import type { KeyAction } from './key-item.tsx';
import { byProvider, labelOf } from './key-words.ts';
import { ownKeyQueries, revealOwnKey } from './own-key-queries.ts';
import classes from './own-keys.module.css';
import { ProviderCard } from './provider-card.tsx';
import { ProviderOffers } from './provider-offers.tsx';
import { PlanNotice } from './plan-notice.tsx';
import { RemoveKey } from './remove-key.tsx';

const text = ownKeysWords;

/** With the cryptography, so they come when they are asked for. */
const AddKeyForm = lazy(async () => ({ default: (await import('./add-key-form.tsx')).AddKeyForm }));
const EditKeyForm = lazy(async () => ({ default: (await import('./edit-key-form.tsx')).EditKeyForm }));

const OWNERS = ['admin', 'operator', 'user'];

/** What this person may do here. Only a courtesy: the vault decides. */
const useMayBring = () => {
  const { data } = useQuery(sessionQueries.current());
  const isOwner = data?.roles.some((role) => OWNERS.includes(role)) ?? false;
  return { isOwner, hasPlan: mayBringKeys(data?.tier ?? undefined), tier: data?.tier ?? null };
};

type Doing = KeyAction | { readonly kind: 'add'; readonly provider: string };

const titleOf = (doing: Doing): string => {
  switch (doing.kind) {
    case 'add':
      return text.form.title;
    case 'edit':
      return text.form.editTitle(labelOf(doing.key));
    case 'reveal':
      return text.reveal.title(labelOf(doing.key));
    case 'remove':
      return text.remove.title(labelOf(doing.key));
  }
};

type DialogProps = {
  readonly doing: Doing | null;
  readonly providers: readonly ByokProvider[];
  readonly keys: readonly ByokKey[];
  readonly onClose: () => void;
};

const said = (say: (label: string) => string, onClose: () => void) => (saved: ByokKeySaved) => {
  onClose();
  notifyDone(saved.status === 'testing' ? strings.forms.stillTesting : say(labelOf(saved.key)));
};

const KeyDialog = ({ doing, providers, keys, onClose }: DialogProps) => (
  <Dialog opened={doing !== null} onClose={onClose} size={doing?.kind === 'add' ? 'lg' : 'md'} title={doing === null ? '' : titleOf(doing)}>
    <Suspense fallback={<LoadingLines sentence={strings.forms.opening} />}>
      {doing?.kind === 'add' && (
        <AddKeyForm
          providers={providers}
          keys={keys}
          first={doing.provider}
          onCancel={onClose}
          onDone={(saved) => said(saved.key.test_status === 'valid' ? text.form.done : text.form.doneUntested, onClose)(saved)}
        />
      )}
      {doing?.kind === 'edit' && <EditKeyForm apiKey={doing.key} onCancel={onClose} onDone={said(text.form.editDone, onClose)} />}
      {doing?.kind === 'reveal' && (
        <Reveal reveal={(reason) => revealOwnKey(doing.key, reason)} labelOf={() => text.reveal.field} onClose={onClose} />
      )}
      {doing?.kind === 'remove' && <RemoveKey apiKey={doing.key} onClose={onClose} />}
    </Suspense>
  </Dialog>
);

type KeysProps = {
  readonly keys: readonly ByokKey[];
  readonly providers: readonly ByokProvider[];
  readonly onAdd: ((provider: string) => void) | null;
  readonly onAction: ((action: KeyAction) => void) | null;
};

const offered = ({ keys, providers }: Pick<KeysProps, 'keys' | 'providers'>): readonly ByokProvider[] =>
  providers.filter(({ id }) => !keys.some(({ provider }) => provider === id));

const firstOffer = (known: Pick<KeysProps, 'keys' | 'providers'>): string => offered(known)[0]?.id ?? known.providers[0]?.id ?? 'openai';

const Keys = ({ keys, providers, onAdd, onAction }: KeysProps) => (
  <>
    {keys.length === 0 && onAdd !== null && (
      <section className="kt-card">
        <StatePanel
          icon={<IconKey />}
          tone="busy"
          title={text.empty.title}
          detail={text.empty.detail}
          actions={<Button onClick={() => onAdd(firstOffer({ keys, providers }))}>{text.empty.add}</Button>}
        />
      </section>
    )}
    <div className={classes['cards']}>
      {byProvider(keys).map(({ provider, keys: of }) => (
        <ProviderCard
          key={provider}
          provider={provider}
          keys={of}
          onAdd={onAdd === null ? null : () => onAdd(provider)}
          onAction={onAction}
        />
      ))}
    </div>
    <ProviderOffers
      providers={offered({ keys, providers })}
      title={onAdd === null ? text.providers.offered : text.providers.others}
      onAdd={onAdd}
    />
  </>
);

/** All that is known of this person's keys; null until it is. */
const useOwnKeys = () => {
  const list = useInfiniteQuery(ownKeyQueries.list());
  const providers = useQuery(ownKeyQueries.providers());
  const known =
    list.data === undefined || providers.data === undefined
      ? null
      : { keys: list.data.pages.flatMap((page) => page.keys), providers: providers.data.providers };
  return { list, known, error: list.error ?? providers.error, retry: () => void Promise.all([list.refetch(), providers.refetch()]) };
};

/** `/account/api-keys`: for everybody who is signed in. */
export const OwnKeysPage = () => {
  useDocumentTitle(`${text.title} · ${strings.product}`);
  const { list, known, error, retry } = useOwnKeys();
  const { isOwner, hasPlan, tier } = useMayBring();
  const [doing, setDoing] = useState<Doing | null>(null);
  const add = isOwner && hasPlan ? (provider: string): void => setDoing({ kind: 'add', provider }) : null;
  return (
    <>
      <ConnectionBanner />
      <PageHead title={text.title} lead={text.lead}>
        {add !== null && known !== null && known.keys.length > 0 && (
          <Button leftSection={<IconPlus size={17} />} onClick={() => add(firstOffer(known))} data-command>
            {text.form.add}
          </Button>
        )}
      </PageHead>
      {isOwner ? (
        <PlanNotice tier={tier} hasPlan={hasPlan} hasKeys={known !== null && known.keys.length > 0} />
      ) : (
        <Notice tone="idle" icon={<IconEye size={18} />}>
          {text.readOnly}
        </Notice>
      )}
      {known !== null && <Keys {...known} onAdd={add} onAction={isOwner ? setDoing : null} />}
      {known !== null && (
        <div className={classes['choiceOfModels']}>
          <LlmChoicePanel whose="own" mayChange={isOwner} />
        </div>
      )}
      {list.hasNextPage && (
        <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {text.more}
        </Button>
      )}
      {known === null && error === null && (
        <section className="kt-card">
          <LoadingLines sentence={text.loading} />
        </section>
      )}
      {known === null && error !== null && <ProblemPanel error={error} onRetry={retry} />}
      <KeyDialog doing={doing} keys={known?.keys ?? []} providers={known?.providers ?? []} onClose={() => setDoing(null)} />
    </>
  );
};
