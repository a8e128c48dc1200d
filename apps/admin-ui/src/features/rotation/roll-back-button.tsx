import type { RotationView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowBackUp } from '@tabler/icons-react';
import { FormPopover } from '../../shared/state/form-popover.tsx';
import { strings } from '../../strings.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { ReasonForm } from './reason-form.tsx';
import { rollBack } from './rotation-queries.ts';

const text = strings.rotation.rollBack;

const RollBackForm = ({ rotation, onClose }: { readonly rotation: RotationView; readonly onClose: () => void }) => {
  const { credentialId } = rotation;
  const request = useCredentialWrite<string>(credentialId, (reason, key) => rollBack(credentialId, { reason }, key), onClose);
  const title = text.title(rotation.to, rotation.from);
  const about = { title, words: text, keep: strings.rotation.cancel, maxLength: 500 };
  return <ReasonForm {...about} request={request} onReason={request.mutate} onClose={onClose} />;
};

/** Shown while the commit can be taken back, to those who may. */
export const RollBackButton = ({ rotation }: { readonly rotation: RotationView }) => {
  const [opened, popover] = useDisclosure(false);
  const mayWrite = useMayWrite();
  if (!rotation.canRollBack || !mayWrite) return null;
  return (
    <FormPopover
      label={text.open}
      opened={opened}
      onChange={(next) => (next ? popover.open() : popover.close())}
      target={
        <Button variant="default" size="compact-sm" leftSection={<IconArrowBackUp size={15} aria-hidden />} onClick={popover.toggle}>
          {text.open}
        </Button>
      }
    >
      <RollBackForm rotation={rotation} onClose={popover.close} />
    </FormPopover>
  );
};
