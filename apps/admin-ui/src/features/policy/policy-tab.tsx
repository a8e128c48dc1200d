import type { CredentialView } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { lazy, Suspense } from 'react';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { useWasEver } from '../../shared/state/use-was-ever.ts';
import { policy as policyWords } from '../../strings-policy.ts';
import { ScheduleCard } from '../schedule/schedule-card.tsx';
import { RevealPolicy } from './reveal-policy.tsx';
import { PolicyTable } from './policy-table.tsx';
import classes from './policy.module.css';

const text = policyWords;

/** It comes when it is opened. */
const PolicyDialog = lazy(async () => ({ default: (await import('./policy-dialog.tsx')).PolicyDialog }));

/** By which rules a credential is rotated and shown; admins change them. */
export const PolicyTab = ({ credential }: { readonly credential: CredentialView }) => {
  const [opened, dialog] = useDisclosure(false);
  const wasOpened = useWasEver(opened);
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
      {wasOpened && (
        <Suspense fallback={null}>
          <PolicyDialog credential={credential} opened={opened} onClose={dialog.close} />
        </Suspense>
      )}
    </div>
  );
};
