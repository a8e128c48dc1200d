import type { CredentialView } from '@keyturn/contracts/api';
import { ActionIcon, Menu } from '@mantine/core';
import { IconDots, IconEye, IconPlayerPause, IconPlayerPlay, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { RevealDialog } from './reveal-dialog.tsx';
import { SwitchDialog } from './switch-dialog.tsx';

const text = strings.lifecycle;

/** What can be done with a credential beside rotating it. What is hidden is only a courtesy: the vault decides. */
export const CredentialActions = ({ credential }: { readonly credential: CredentialView }) => {
  const [open, setOpen] = useState<'reveal' | 'switch' | 'delete' | null>(null);
  const mayWrite = useMayWrite();
  const { data: session } = useQuery(sessionQueries.current());
  const isAdmin = session?.roles.includes('admin') ?? false;
  const { status, revealable } = credential;
  if (!mayWrite || status === 'deleted') return null;
  const close = (): void => setOpen(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={text.menu}>
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
      <RevealDialog credential={credential} opened={open === 'reveal'} onClose={close} />
      <SwitchDialog credential={credential} opened={open === 'switch'} onClose={close} />
      <DeleteDialog credential={credential} opened={open === 'delete'} onClose={close} />
    </>
  );
};
