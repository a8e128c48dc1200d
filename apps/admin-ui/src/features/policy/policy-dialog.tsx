import type { CredentialView } from '@keyturn/contracts/api';
import { Dialog } from '../../shared/state/dialog.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { policy as policyWords } from '../../strings-policy.ts';
import { PolicyForm } from './policy-form.tsx';

const text = policyWords;

type Props = { readonly credential: CredentialView; readonly opened: boolean; readonly onClose: () => void };

/** Changes the policy of a credential. Closing forgets what was typed. */
export const PolicyDialog = ({ credential, opened, onClose }: Props) => (
  <Dialog opened={opened} onClose={onClose} size="lg" title={text.open}>
    {opened && (
      <PolicyForm
        credential={credential}
        onCancel={onClose}
        onDone={() => {
          onClose();
          notifyDone(text.done);
        }}
      />
    )}
  </Dialog>
);
