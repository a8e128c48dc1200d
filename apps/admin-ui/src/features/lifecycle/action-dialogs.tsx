import type { CredentialView } from '@keyturn/contracts/api';
import { DeleteDialog } from './delete-dialog.tsx';
import { RevealDialog } from './reveal-dialog.tsx';
import { SwitchDialog } from './switch-dialog.tsx';

export type ActionDialog = 'reveal' | 'switch' | 'delete';

type Props = { readonly credential: CredentialView; readonly open: ActionDialog | null; readonly onClose: () => void };

/** The dialogs of what can be done with a credential, one of them open at most. */
export const ActionDialogs = ({ credential, open, onClose }: Props) => (
  <>
    <RevealDialog credential={credential} opened={open === 'reveal'} onClose={onClose} />
    <SwitchDialog credential={credential} opened={open === 'switch'} onClose={onClose} />
    <DeleteDialog credential={credential} opened={open === 'delete'} onClose={onClose} />
  </>
);
