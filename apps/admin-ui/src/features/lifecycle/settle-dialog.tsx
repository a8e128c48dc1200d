import { Dialog } from '../../shared/state/dialog.tsx';
import { strings } from '../../strings.ts';
import { settleLeftover } from './lifecycle-queries.ts';
import { AskReason } from './reason-dialog.tsx';
import { useCredentialWrite } from './use-credential-write.ts';

const text = strings.lifecycle.settle;
const LONGEST = 300;

type Props = { readonly credentialId: string; readonly version: number; readonly onClose: () => void };

const SettleForm = ({ credentialId, version, onClose }: Props) => {
  const request = useCredentialWrite<string>(credentialId, (reason, key) => settleLeftover(credentialId, version, reason, key), onClose);
  return (
    <AskReason
      lead={text.lead}
      submit={text.submit}
      maxLength={LONGEST}
      isPending={request.isPending}
      error={request.error}
      onCancel={onClose}
      onReason={(reason) => request.mutate(reason)}
    />
  );
};

export const SettleDialog = ({ opened, providerId, ...form }: Props & { readonly opened: boolean; readonly providerId: string }) => (
  <Dialog opened={opened} onClose={form.onClose} title={text.title(providerId)}>
    <SettleForm {...form} />
  </Dialog>
);
