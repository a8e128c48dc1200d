import type { CredentialView } from '@keyturn/contracts/api';
import { Switch } from '@mantine/core';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { problemMessage } from '../../shared/api/problem-message.ts';
import { notifyDone, notifyFailed } from '../../shared/state/notify.ts';
import { accessLog as accessLogWords } from '../../strings-audit.ts';
import { changeCredential } from '../credential-form/credential-writes.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';

const text = accessLogWords.policy;

/** Whether people may have the secret shown; admins switch it. Of a user's own key nobody may, and nobody can. */
export const RevealPolicy = ({ credential }: { readonly credential: CredentialView }) => {
  const { credentialId, revealable, status, address } = credential;
  const isAdmin = useIsAdmin();
  const request = useCredentialWrite<boolean>(
    credentialId,
    (next, key) => changeCredential(credential, { revealable: next }, key),
    () => notifyDone(revealable ? text.off : text.on),
  );
  const isOpen = status === 'active' || status === 'disabled';
  return (
    <Switch
      label={text.label}
      description={text.hint}
      checked={revealable}
      disabled={!isAdmin || !isOpen || request.isPending || address.startsWith('user-')}
      onChange={(event) =>
        request.mutate(event.currentTarget.checked, {
          onError: (error) => notifyFailed(text.failed, `${problemMessage(error).title}. ${problemMessage(error).detail}`),
        })
      }
    />
  );
};
