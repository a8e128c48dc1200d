import { isLlmProvider, LLM_PROVIDERS } from '@keyturn/contracts';
import type { LlmChoiceAnswer } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { llmChoice as llmChoiceWords } from '../../strings-settings.ts';
import { ProviderMark } from '../own-keys/provider-mark.tsx';
import { LlmChoiceForm } from './llm-choice-form.tsx';
import { llmChoiceQueries } from './llm-choice-queries.ts';
import type { ChoiceOf } from './llm-choice-queries.ts';
import classes from './llm-choice.module.css';

const text = llmChoiceWords;
const nameOf = (id: string): string => (isLlmProvider(id) ? LLM_PROVIDERS[id].name : id);

const Chosen = ({ whose, choice }: { readonly whose: ChoiceOf; readonly choice: LlmChoiceAnswer }) => {
  const { default_provider: provider, default_models: models } = choice;
  const others = Object.entries(models).filter(([id]) => id !== provider);
  if (provider === null && others.length === 0)
    return <p className={`kt-dim ${classes['used']}`}>{whose === 'own' ? text.nothingChosen : text.nothingChosenSystem}</p>;
  return (
    <>
      {provider !== null && (
        <p className={classes['chosen']}>
          <ProviderMark provider={provider} isSmall />
          <strong>{nameOf(provider)}</strong>
          <span className={models[provider] === undefined ? 'kt-dim' : 'kt-mono'}>{models[provider] ?? text.noModel}</span>
        </p>
      )}
      {others.length > 0 && (
        <dl className={classes['list']}>
          {others.map(([id, model]) => (
            <div key={id}>
              <dt>{nameOf(id)}</dt>
              <dd className="kt-mono">{model}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
};

/** What is used for the person now, and why. */
const Used = () => {
  const { data } = useQuery(llmChoiceQueries.used());
  if (data === undefined) return null;
  return (
    <p className={`kt-dim ${classes['used']}`} role="status">
      {text.now}:{' '}
      {data === null
        ? text.nowNone
        : [nameOf(data.provider), data.model, data.is_byok ? text.ownKey : text.systemKey, text.by[data.chosen_by]]
            .filter((part) => part !== null)
            .join(' · ')}
    </p>
  );
};

type Props = { readonly whose: ChoiceOf; readonly mayChange: boolean };

/** Which provider and model are used where none is named. */
export const LlmChoicePanel = ({ whose, mayChange }: Props) => {
  const { data, error, isPending, refetch } = useQuery(llmChoiceQueries.of(whose));
  const [isOpen, setOpen] = useState(false);
  const title = whose === 'own' ? text.title : text.systemTitle;
  const close = (): void => setOpen(false);
  return (
    <section className={`kt-card ${classes['panel']}`} aria-label={title}>
      <div className={classes['head']}>
        <div className={classes['names']}>
          <h2 className={classes['title']}>{title}</h2>
          <p className="kt-sub">{whose === 'own' ? text.ownHint : text.systemHint}</p>
        </div>
        {mayChange && data !== undefined && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconPencil size={15} />}
            aria-label={text.changeLong}
            onClick={() => setOpen(true)}
          >
            {text.change}
          </Button>
        )}
      </div>
      {isPending && <LoadingLines sentence={text.loading} lines={1} />}
      {data === undefined && !isPending && <ProblemPanel error={error} onRetry={() => void refetch()} />}
      {data !== undefined && <Chosen whose={whose} choice={data} />}
      {whose === 'own' && <Used />}
      <Dialog opened={isOpen} onClose={close} size="lg" title={whose === 'own' ? text.dialogTitle : text.systemDialogTitle}>
        {isOpen && data !== undefined && (
          <LlmChoiceForm
            whose={whose}
            before={data}
            onCancel={close}
            onDone={() => {
              close();
              notifyDone(text.saved);
            }}
          />
        )}
      </Dialog>
    </section>
  );
};
