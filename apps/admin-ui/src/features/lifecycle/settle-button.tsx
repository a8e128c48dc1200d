import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';

const text = strings.lifecycle.settle;

/** It comes when it is opened. */
const SettleForm = lazy(async () => ({ default: (await import('./settle-form.tsx')).SettleForm }));

type Props = { readonly credentialId: string; readonly version: number; readonly providerId: string };

/** A person says why what is left at the provider is settled. */
export const SettleButton = ({ credentialId, version, providerId }: Props) => {
  const [opened, dialog] = useDisclosure(false);
  if (!useMayWrite()) return null;
  return (
    <>
      {' '}
      <Button variant="default" size="compact-xs" onClick={dialog.open} aria-label={text.openFor(version)}>
        {text.open}
      </Button>
      <Dialog opened={opened} onClose={dialog.close} title={text.title(providerId)}>
        <Suspense fallback={<LoadingLines sentence={strings.forms.opening} lines={4} />}>
          <SettleForm credentialId={credentialId} version={version} onClose={dialog.close} />
        </Suspense>
      </Dialog>
    </>
  );
};
