import type { CredentialType } from '@keyturn/contracts';
import type { VersionDetail } from '@keyturn/contracts/api';
import { ActionIcon, Group, Tooltip } from '@mantine/core';
import { IconArrowBackUp, IconArrowsDiff } from '@tabler/icons-react';
import { lazy, Suspense, useState } from 'react';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import type { VersionDialog } from './version-dialogs.tsx';

const text = strings.lifecycle;

/** They come when one is opened. */
const VersionDialogs = lazy(async () => ({ default: (await import('./version-dialogs.tsx')).VersionDialogs }));

type Props = {
  readonly credentialId: string;
  readonly type: CredentialType;
  readonly version: VersionDetail;
  readonly versions: readonly number[];
  readonly current: number | null;
};

/** Compare a version with another one, and go back to it where that can be tried. */
export const VersionActions = ({ credentialId, type, version: { version, rollBackRefused }, versions, current }: Props) => {
  const [open, setOpen] = useState<VersionDialog | null>(null);
  const wasOpened = useWasEver(open !== null);
  const mayWrite = useMayWrite();
  if (current === null || version === current) return null;
  return (
    <Group gap={4} wrap="nowrap">
      <Tooltip label={text.compare.open(version)}>
        <ActionIcon variant="subtle" color="gray" aria-label={text.compare.open(version)} onClick={() => setOpen('compare')}>
          <IconArrowsDiff size={17} />
        </ActionIcon>
      </Tooltip>
      {mayWrite && rollBackRefused === null && (
        <Tooltip label={text.rollBack.open(version)}>
          <ActionIcon variant="subtle" color="gray" aria-label={text.rollBack.open(version)} onClick={() => setOpen('roll-back')}>
            <IconArrowBackUp size={17} />
          </ActionIcon>
        </Tooltip>
      )}
      {wasOpened && (
        <Suspense fallback={null}>
          <VersionDialogs
            credentialId={credentialId}
            type={type}
            version={version}
            versions={versions}
            current={current}
            open={open}
            onClose={() => setOpen(null)}
          />
        </Suspense>
      )}
    </Group>
  );
};
