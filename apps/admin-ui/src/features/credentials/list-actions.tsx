import { ActionIcon, Menu } from '@mantine/core';
import { IconDatabaseExport, IconDownload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { strings } from '../../strings.ts';

const text = strings.credentials.actions;

/** They come when one is opened. */
const ExportDialog = lazy(async () => ({ default: (await import('../exports/export-dialog.tsx')).ExportDialog }));
const BackupDialog = lazy(async () => ({ default: (await import('../backups/backup-dialog.tsx')).BackupDialog }));

/** What is done with all credentials at once: taken away as a file, or backed up. */
export const ListActions = () => {
  const [open, setOpen] = useState<'export' | 'backup' | null>(null);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  const isAdmin = useIsAdmin();
  const show = (what: 'export' | 'backup') => (): void => {
    setOpened((before) => new Set([...before, what]));
    setOpen(what);
  };
  const close = (): void => setOpen(null);
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <ActionIcon variant="default" size="lg" aria-label={text.menu} data-command>
            <IconDownload size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={show('export')}>
            {text.export}
          </Menu.Item>
          {isAdmin && (
            <Menu.Item leftSection={<IconDatabaseExport size={16} />} onClick={show('backup')}>
              {text.backup}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {opened.has('export') && <ExportDialog opened={open === 'export'} onClose={close} />}
        {opened.has('backup') && <BackupDialog opened={open === 'backup'} onClose={close} />}
      </Suspense>
    </>
  );
};
