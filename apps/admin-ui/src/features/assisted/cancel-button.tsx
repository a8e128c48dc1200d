import type { RotationView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { assisted as assistedWords } from '../../strings-assisted.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { ReasonForm } from '../rotation/reason-form.tsx';
import { isCommitted } from '../rotation/stepper-state.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { cancelRotation } from './assisted-writes.ts';

const text = assistedWords.cancel;

const CancelForm = ({ rotation, onClose }: { readonly rotation: RotationView; readonly onClose: () => void }) => {
  const request = useCredentialWrite<string>(rotation.credentialId, (reason, key) => cancelRotation(rotation, reason, key), onClose);
  const about = { title: text.title(rotation.epoch), words: text, keep: text.keep, maxLength: 300 };
  return <ReasonForm {...about} request={request} onReason={request.mutate} onClose={onClose} />;
};

/** Shown before the commit, to those who may. */
export const CancelButton = ({ rotation }: { readonly rotation: RotationView }) => {
  const [opened, popover] = useDisclosure(false);
  const mayWrite = useMayWrite();
  if (rotation.status !== 'open' || isCommitted(rotation) || !mayWrite) return null;
  return (
    <FormPopover
      label={text.open}
      opened={opened}
      onChange={(next) => (next ? popover.open() : popover.close())}
      target={
        <Button variant="default" size="compact-sm" onClick={popover.toggle}>
          {text.open}
        </Button>
      }
    >
      <CancelForm rotation={rotation} onClose={popover.close} />
    </FormPopover>
  );
};
