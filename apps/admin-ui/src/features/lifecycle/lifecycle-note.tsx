import type { CredentialView } from '@keyturn/contracts/api';
import { IconAlertTriangle, IconHourglass, IconPlayerPause, IconTrash } from '@tabler/icons-react';
import { Notice } from '../../shared/state/notice.tsx';
import { strings } from '../../strings.ts';
import { dateOf } from './date-of.ts';

const text = strings.lifecycle;
const nameOf = ({ id, name }: { readonly id: string; readonly name?: string | undefined }): string => name ?? id;

const Deleted = ({ deleted }: { readonly deleted: NonNullable<CredentialView['deleted']> }) => {
  const { by, reason, revoked, leftAliveBecause, backupsOpenUntil } = deleted;
  return (
    <Notice tone="bad" icon={<IconTrash size={18} />} title={text.deletedNote(nameOf(by), reason)}>
      {leftAliveBecause === null ? text.deletedRevoked(revoked) : text.deletedAlive(leftAliveBecause)}{' '}
      {text.deletedBackups(dateOf(Date.parse(backupsOpenUntil)))}
    </Notice>
  );
};

/** Where a credential is in its life, when that is anything but "in use". */
export const LifecycleNote = ({ credential }: { readonly credential: CredentialView }) => {
  const { disabled, change, failedChange, deletion, deleted } = credential;
  if (deleted) return <Deleted deleted={deleted} />;
  return (
    <>
      {deletion && (
        <Notice tone="bad" icon={<IconTrash size={18} />} title={text.deletingNote(nameOf(deletion.by), deletion.reason)}>
          {deletion.sentence}
        </Notice>
      )}
      {disabled && (
        <Notice tone="warn" icon={<IconPlayerPause size={18} />} title={text.disabledNote(nameOf(disabled.by), disabled.reason)}>
          {text.disabledDetail}
        </Notice>
      )}
      {change && (
        <Notice tone="busy" icon={<IconHourglass size={18} />} title={text.changeNote(change.version)}>
          {text.changeDetail}
        </Notice>
      )}
      {failedChange && (
        <Notice tone="bad" icon={<IconAlertTriangle size={18} />} title={text.failedNote(failedChange.version)}>
          {failedChange.sentence}
        </Notice>
      )}
    </>
  );
};
