import { Button, Menu } from '@mantine/core';
import {
  IconChevronDown,
  IconPlayerPause,
  IconPlayerPlay,
  IconRotateClockwise,
  IconTag,
  IconTagOff,
  IconTestPipe,
} from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import type { Selecting, Selection } from '../credentials/selection.ts';
import type { ManyAction } from './many-dialog.tsx';

const text = bulkWords.actions;

/** They come when they are asked for. */
const ManyDialog = lazy(async () => ({ default: (await import('./many-dialog.tsx')).ManyDialog }));
const ManyTestDialog = lazy(async () => ({ default: (await import('./many-test-dialog.tsx')).ManyTestDialog }));
const BulkStartDialog = lazy(async () => ({ default: (await import('./bulk-start-dialog.tsx')).BulkStartDialog }));

const ICONS = { disable: IconPlayerPause, enable: IconPlayerPlay, tag: IconTag, untag: IconTagOff } as const;
const ACTIONS = ['tag', 'untag', 'disable', 'enable'] as const;

type Doing = {
  readonly what: ManyAction | 'rotate' | 'test';
  /** Those that were selected then, whatever is meanwhile. */
  readonly chosen: Selection;
};

type DialogProps = { readonly doing: Doing; readonly selecting: Selecting; readonly onClose: () => void };

const DialogOf = ({ doing: { what, chosen }, selecting, onClose }: DialogProps) => {
  const navigate = useNavigate();
  const started = (bulkId: string): void => {
    selecting.clear();
    void navigate({ to: '/admin/system/rotations/bulk/$bulkId', params: { bulkId } });
  };
  if (what === 'rotate') return <BulkStartDialog opened chosen={chosen} onClose={onClose} onStarted={started} />;
  if (what === 'test') return <ManyTestDialog chosen={chosen} onClose={onClose} />;
  return <ManyDialog action={what} chosen={chosen} onClose={onClose} onDone={selecting.forget} />;
};

/** What can be done with the rows that are selected. */
export const ManyActions = ({ selecting }: { readonly selecting: Selecting }) => {
  const [doing, setDoing] = useState<Doing | null>(null);
  const go = (what: Doing['what']) => (): void => setDoing({ what, chosen: selecting.selection });
  return (
    <>
      <Button size="xs" leftSection={<IconRotateClockwise size={15} />} onClick={go('rotate')} data-command>
        {text.rotate}
      </Button>
      <Button variant="default" size="xs" leftSection={<IconTestPipe size={15} />} onClick={go('test')} data-command>
        {text.test}
      </Button>
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button variant="default" size="xs" rightSection={<IconChevronDown size={14} />}>
            {strings.lifecycle.menu}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {ACTIONS.map((action) => {
            const Icon = ICONS[action];
            return (
              <Menu.Item key={action} leftSection={<Icon size={16} />} onClick={go(action)}>
                {text[action]}
              </Menu.Item>
            );
          })}
        </Menu.Dropdown>
      </Menu>
      {doing !== null && (
        <Suspense fallback={null}>
          <DialogOf doing={doing} selecting={selecting} onClose={() => setDoing(null)} />
        </Suspense>
      )}
    </>
  );
};
