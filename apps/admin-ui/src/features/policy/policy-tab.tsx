import type { CredentialView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { policy as policyWords } from '../../strings-policy.ts';
import { ScheduleCard } from '../schedule/schedule-card.tsx';
import { RevealPolicy } from './reveal-policy.tsx';
import { PolicyForm } from './policy-form.tsx';
import { PolicyTable } from './policy-table.tsx';
import classes from './policy.module.css';

const text = policyWords;

/** By which rules a credential is rotated and shown; admins change them. */
export const PolicyTab = ({ credential }: { readonly credential: CredentialView }) => {
  const [opened, dialog] = useDisclosure(false);
  const isAdmin = useIsAdmin();
  const isOpen = credential.status === 'active' || credential.status === 'disabled';
  return (
    <div className={classes['tab']}>
      <div className={classes['head']}>
        <p className="kt-dim">{text.lead}</p>
        {isAdmin && isOpen && (
          <Button variant="default" size="xs" leftSection={<IconPencil size={15} />} onClick={dialog.open} data-command>
            {text.open}
          </Button>
        )}
      </div>
      <PolicyTable policy={credential.policy} />
      <ScheduleCard credential={credential} />
      <h3 className={classes['subtitle']}>{text.showing}</h3>
      <div className={classes['showing']}>
        <RevealPolicy credential={credential} />
      </div>
      <Dialog opened={opened} onClose={dialog.close} size="lg" title={text.open}>
        {opened && (
          <PolicyForm
            credential={credential}
            onCancel={dialog.close}
            onDone={() => {
              dialog.close();
              notifyDone(text.done);
            }}
          />
        )}
      </Dialog>
    </div>
  );
};
