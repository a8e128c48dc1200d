import { ActionIcon, Menu } from '@mantine/core';
import { IconDatabaseExport, IconDownload } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { strings } from '../../strings.ts';

const text = strings.credentials.actions;

/** They come when one is opened. */
const ExportDialog = lazy(async () => ({ default: (await import('../exports/export-dialog.tsx')).ExportDialog }));
const BackupDialog = lazy(async () => ({ default: (await import('../backups/backup-dialog.tsx')).BackupDialog }));

/** What is done with all credentials at once: taken away as a file, or backed up. */
export const ListActions = () => {
  const [open, setOpen] = useState<'export' | 'backup' | null>(null);
  const wasExportOpened = useWasEver(open === 'export');
  const wasBackupOpened = useWasEver(open === 'backup');
  const isAdmin = useIsAdmin();
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
          <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => setOpen('export')}>
            {text.export}
          </Menu.Item>
          {isAdmin && (
            <Menu.Item leftSection={<IconDatabaseExport size={16} />} onClick={() => setOpen('backup')}>
              {text.backup}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      <Suspense fallback={null}>
        {wasExportOpened && <ExportDialog opened={open === 'export'} onClose={close} />}
        {wasBackupOpened && <BackupDialog opened={open === 'backup'} onClose={close} />}
      </Suspense>
    </>
  );
};
