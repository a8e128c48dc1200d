import type { RotationView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { ReasonForm } from '../rotation/reason-form.tsx';
import { forceRotation } from './decision-writes.ts';

const text = decisionsWords.force;

const ForceForm = ({ rotation, onClose }: { readonly rotation: RotationView; readonly onClose: () => void }) => {
  const request = useCredentialWrite<string>(rotation.credentialId, (reason, key) => forceRotation(rotation, reason, key), onClose);
  return (
    <ReasonForm words={text} keep={text.keep} minLength={3} maxLength={500} request={request} onReason={request.mutate} onClose={onClose} />
  );
};

/** Shown to admins while a rotation is held: what it takes out of use may be revoked without the proof. */
export const ForceButton = ({ rotation }: { readonly rotation: RotationView }) => {
  const [opened, dialog] = useDisclosure(false);
  const isAdmin = useIsAdmin();
  const { status, held, forceAsked, forced } = rotation;
  if (status !== 'open' || !held || forceAsked !== null || forced !== null || !isAdmin) return null;
  return (
    <>
      <Button variant="default" size="compact-sm" onClick={dialog.open} data-command>
        {text.open}
      </Button>
      <Dialog opened={opened} onClose={dialog.close} title={text.title(rotation.from)}>
        <ForceForm rotation={rotation} onClose={dialog.close} />
      </Dialog>
    </>
  );
};
