import type { CredentialView } from '@keyturn/contracts/api';
import { Dialog } from '../../shared/state/dialog.tsx';
import { strings } from '../../strings.ts';
import { changeCredential } from '../credential-form/credential-writes.ts';
import { AskReason } from './reason-dialog.tsx';
import { useCredentialWrite } from './use-credential-write.ts';

type Props = { readonly credential: CredentialView; readonly opened: boolean; readonly onClose: () => void };

/** Disables what is enabled, and enables what is disabled. */
export const SwitchDialog = ({ credential, opened, onClose }: Props) => {
  const { credentialId, address, disabled } = credential;
  const text = disabled === null ? strings.lifecycle.disable : strings.lifecycle.enable;
  const request = useCredentialWrite<string>(
    credentialId,
    (reason, key) => changeCredential(credential, { enabled: disabled !== null, reason }, key),
    onClose,
  );
  return (
    <Dialog opened={opened} onClose={onClose} title={text.title(address)}>
      <AskReason
        lead={text.lead}
        submit={text.submit}
        isDangerous={disabled === null}
        isPending={request.isPending}
        error={request.error}
        onCancel={onClose}
        onReason={(reason) => request.mutate(reason)}
      />
    </Dialog>
  );
};
