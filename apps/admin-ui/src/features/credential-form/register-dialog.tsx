import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { strings } from '../../strings.ts';

const text = strings.forms.register;

/** With the cryptography, so it comes when it is asked for. */
const RegisterForm = lazy(async () => ({ default: (await import('./register-form.tsx')).RegisterForm }));

type Props = { readonly opened: boolean; readonly onClose: () => void };

/** Registers a credential and goes to it. Closing forgets all that was typed. */
export const RegisterDialog = ({ opened, onClose }: Props) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    <Dialog opened={opened} onClose={onClose} size="lg" title={text.title}>
      <Suspense fallback={<LoadingLines sentence={strings.forms.opening} lines={8} />}>
        <RegisterForm
          onCancel={onClose}
          onRegistered={({ credentialId, address, isCurrent }) => {
            onClose();
            notifyDone(isCurrent ? text.done(address) : strings.forms.stillTesting);
            void client.invalidateQueries({ queryKey: credentialKeys.list() });
            void navigate({ to: '/admin/system/credentials/$credentialId', params: { credentialId } });
          }}
        />
      </Suspense>
    </Dialog>
  );
};
