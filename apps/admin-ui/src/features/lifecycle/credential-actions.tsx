import type { CredentialView } from '@keyturn/contracts/api';
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconEye, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import type { ActionDialog } from './action-dialogs.tsx';

const text = strings.lifecycle;

/** They come when one is opened. */
const ActionDialogs = lazy(async () => ({ default: (await import('./action-dialogs.tsx')).ActionDialogs }));

/** What can be done with a credential beside rotating it. What is hidden is only a courtesy: the vault decides. */
export const CredentialActions = ({ credential }: { readonly credential: CredentialView }) => {
  const [open, setOpen] = useState<ActionDialog | null>(null);
  const wasOpened = useWasEver(open !== null);
  const mayWrite = useMayWrite();
  const isAdmin = useIsAdmin();
  const { status, revealable } = credential;
  if (!mayWrite || status === 'deleted') return null;
  const close = (): void => setOpen(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={text.menu} data-command>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {isAdmin && (
            <Menu.Item leftSection={<IconEye size={16} />} disabled={!revealable || status !== 'active'} onClick={() => setOpen('reveal')}>
              {text.reveal.open}
            </Menu.Item>
          )}
          {status !== 'deleting' && (
            <Menu.Item
              leftSection={status === 'disabled' ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
              onClick={() => setOpen('switch')}
            >
              {status === 'disabled' ? text.enable.open : text.disable.open}
            </Menu.Item>
          )}
          {isAdmin && (
            <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setOpen('delete')}>
              {text.remove.open}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {wasOpened && (
        <Suspense fallback={null}>
          <ActionDialogs credential={credential} open={open} onClose={close} />
        </Suspense>
      )}
    </>
  );
};
