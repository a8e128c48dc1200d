import type { CredentialView } from '@keyturn/contracts/api';
import { useQueryClient } from '@tanstack/react-query';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { strings } from '../../strings.ts';
import type { Made } from './await-change.ts';
import { EditDetailsForm } from './edit-details-form.tsx';
import { EditFieldsForm } from './edit-fields-form.tsx';
import { NewValueForm } from './new-value-form.tsx';

const { value, edit, details, stillTesting } = strings.forms;

export type EditKind = 'value' | 'fields' | 'details';
type Props = { readonly credential: CredentialView; readonly open: EditKind | null; readonly onClose: () => void };

/** The forms that change a credential. Closing one forgets all that was typed. */
export const EditDialogs = ({ credential, open, onClose }: Props) => {
  const client = useQueryClient();
  const { address, credentialId } = credential;
  const made =
    (said: (version: number) => string) =>
    ({ version, isCurrent }: Made): void =>
      done(isCurrent ? said(version) : stillTesting);
  const done = (title: string): void => {
    onClose();
    notifyDone(title);
    void client.invalidateQueries({ queryKey: credentialKeys.detail(credentialId) });
    void client.invalidateQueries({ queryKey: credentialKeys.list() });
  };
  return (
    <>
      <Dialog opened={open === 'value'} onClose={onClose} size="lg" title={value.title(address)}>
        <NewValueForm credential={credential} onCancel={onClose} onDone={made(value.done)} />
      </Dialog>
      <Dialog opened={open === 'fields'} onClose={onClose} size="lg" title={edit.title(address)}>
        <EditFieldsForm credential={credential} onCancel={onClose} onDone={made(edit.done)} />
      </Dialog>
      <Dialog opened={open === 'details'} onClose={onClose} size="lg" title={details.title(address)}>
        <EditDetailsForm credential={credential} onCancel={onClose} onDone={() => done(details.done)} />
      </Dialog>
    </>
  );
};
