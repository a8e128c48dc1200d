import { Button } from '@mantine/core';
import { IconCloudOff, IconLock, IconMapQuestion, IconMoodSad } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { strings } from '../../strings.ts';
import { problemMessage } from '../api/problem-message.ts';
import type { ProblemKind } from '../api/problem-message.ts';
import { StatePanel } from './state-panel.tsx';

const iconOf = (kind: ProblemKind): ReactNode => {
  switch (kind) {
    case 'forbidden':
    case 'signed-out':
      return <IconLock />;
    case 'missing':
      return <IconMapQuestion />;
    case 'unavailable':
      return <IconCloudOff />;
    case 'refused':
    case 'fault':
      return <IconMoodSad />;
  }
};

type Props = { readonly error: unknown; readonly onRetry?: () => void; readonly actions?: ReactNode; readonly isPage?: boolean };

/** A request that did not succeed, in a person's words, with what to do next. */
export const ProblemPanel = ({ error, onRetry, actions, isPage = false }: Props) => {
  const { kind, title, detail, reference } = problemMessage(error);
  const retry = onRetry !== undefined && (kind === 'unavailable' || kind === 'fault');
  return (
    <StatePanel
      role="alert"
      isPage={isPage}
      icon={iconOf(kind)}
      tone={kind === 'fault' ? 'bad' : kind === 'unavailable' ? 'warn' : 'idle'}
      title={title}
      detail={detail}
      reference={kind === 'missing' ? null : reference}
      actions={
        <>
          {retry && (
            <Button variant="default" onClick={onRetry}>
              {strings.states.retry}
            </Button>
          )}
          {actions}
        </>
      }
    />
  );
};
