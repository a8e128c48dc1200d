import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { strings } from '../../strings.ts';
import { useMayWrite } from '../session/use-may-write.ts';

const text = strings.lifecycle.settle;

/** It comes when it is opened. */
const SettleDialog = lazy(async () => ({ default: (await import('./settle-dialog.tsx')).SettleDialog }));

type Props = { readonly credentialId: string; readonly version: number; readonly providerId: string };

/** A person says why what is left at the provider is settled. */
export const SettleButton = ({ credentialId, version, providerId }: Props) => {
  const [opened, dialog] = useDisclosure(false);
  const wasOpened = useWasEver(opened);
  if (!useMayWrite()) return null;
  return (
    <>
      {' '}
      <Button variant="default" size="compact-xs" onClick={dialog.open} aria-label={text.openFor(version)}>
        {text.open}
      </Button>
      {wasOpened && (
        <Suspense fallback={null}>
          <SettleDialog opened={opened} providerId={providerId} credentialId={credentialId} version={version} onClose={dialog.close} />
        </Suspense>
      )}
    </>
  );
};
