import type { RotationView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { strings } from '../../strings.ts';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { useMayWrite } from '../session/use-may-write.ts';

const text = decisionsWords.extend;

/** It comes when it is opened. */
const ExtendForm = lazy(async () => ({ default: (await import('./extend-form.tsx')).ExtendForm }));

/** Shown while a deadline runs or has passed, and nothing is revoked yet. */
export const ExtendButton = ({ rotation }: { readonly rotation: RotationView }) => {
  const [opened, dialog] = useDisclosure(false);
  const mayWrite = useMayWrite();
  const isRevoking = rotation.steps.some(({ name, status }) => name === 'revoking' && status === 'done');
  if (rotation.status !== 'open' || rotation.deadlineAt === null || isRevoking || rotation.forced !== null || !mayWrite) return null;
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={dialog.open} data-command>
        {text.open}
      </Button>
      <Dialog opened={opened} onClose={dialog.close} title={text.title}>
        <Suspense fallback={<LoadingLines sentence={strings.forms.opening} lines={4} />}>
          <ExtendForm rotation={rotation} onClose={dialog.close} />
        </Suspense>
      </Dialog>
    </>
  );
};
