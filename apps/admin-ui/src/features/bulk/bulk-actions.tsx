import type { BulkRotationSummary } from '@keyturn/contracts/api';
import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { problemMessage } from '../../shared/api/problem-message.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { notifyFailed } from '../../shared/state/notify.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import { ReasonForm } from '../rotation/reason-form.tsx';
import { changeBulk } from './bulk-queries.ts';
import { useBulkWrite } from './use-bulk-write.ts';

const text = bulkWords;

type Of = Pick<BulkRotationSummary, 'bulkId' | 'status'>;

type ReasonProps = {
  readonly bulkId: string;
  readonly verb: 'pause' | 'cancel';
  readonly opened: boolean;
  readonly onClose: () => void;
};

const ReasonDialog = ({ bulkId, verb, opened, onClose }: ReasonProps) => {
  const request = useBulkWrite((reason: string, key) => changeBulk({ bulkId, verb, reason }, key), onClose);
  const words = text[verb];
  return (
    <Dialog opened={opened} onClose={onClose} title={words.title}>
      <ReasonForm
        words={words}
        keep={words.keep}
        minLength={3}
        maxLength={500}
        request={request}
        onReason={request.mutate}
        onClose={onClose}
      />
    </Dialog>
  );
};

const failed = (error: unknown): void => notifyFailed(problemMessage(error).title, problemMessage(error).detail);

/** One button, which is neither replaced nor disabled by what it does: it keeps the focus. */
const PauseOrResume = ({ bulkId, status }: Of) => {
  const [opened, dialog] = useDisclosure(false);
  const resume = useBulkWrite((verb: 'resume', key) => changeBulk({ bulkId, verb }, key));
  const isPaused = status === 'paused';
  const press = (): void => {
    if (!isPaused) dialog.open();
    else if (!resume.isPending) resume.mutate('resume', { onError: failed });
  };
  return (
    <>
      <Button
        variant={isPaused ? 'filled' : 'default'}
        size="sm"
        aria-disabled={resume.isPending}
        data-disabled={resume.isPending}
        onClick={press}
        data-command
      >
        {isPaused ? text.resume : text.pause.open}
      </Button>
      <ReasonDialog bulkId={bulkId} verb="pause" opened={opened} onClose={dialog.close} />
    </>
  );
};

const Cancel = ({ bulkId }: Pick<Of, 'bulkId'>) => {
  const [opened, dialog] = useDisclosure(false);
  return (
    <>
      <Button variant="default" size="sm" onClick={dialog.open} data-command>
        {text.cancel.open}
      </Button>
      <ReasonDialog bulkId={bulkId} verb="cancel" opened={opened} onClose={dialog.close} />
    </>
  );
};

/** Pauses it, goes on with it, or ends it; of one that is through nothing. */
export const BulkActions = ({ bulkId, status }: Of) =>
  status === 'running' || status === 'paused' ? (
    <>
      <PauseOrResume bulkId={bulkId} status={status} />
      <Cancel bulkId={bulkId} />
    </>
  ) : null;
