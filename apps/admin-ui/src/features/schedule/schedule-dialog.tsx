import type { CredentialView, ScheduleView } from '@keyturn/contracts/api';
import { Dialog } from '../../shared/state/dialog.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { schedule as scheduleWords } from '../../strings-schedule.ts';
import { ScheduleForm } from './schedule-form.tsx';

const text = scheduleWords;

type Props = {
  readonly credential: CredentialView;
  readonly view: ScheduleView;
  readonly opened: boolean;
  readonly onClose: () => void;
};

/** Changes when a credential is rotated by itself. Closing forgets what was typed. */
export const ScheduleDialog = ({ credential, view, opened, onClose }: Props) => (
  <Dialog opened={opened} onClose={onClose} size="lg" title={text.open}>
    {opened && (
      <ScheduleForm
        credential={credential}
        view={view}
        onCancel={onClose}
        onDone={() => {
          onClose();
          notifyDone(text.form.done);
        }}
      />
    )}
  </Dialog>
);
