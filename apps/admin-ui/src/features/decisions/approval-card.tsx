import type { RotationView } from '@keyturn/contracts/api';
import { Button, Group, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { useIsAdmin } from '../../shared/api/use-roles.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { formatMinute } from '../../shared/time/format-time.ts';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { ReasonForm } from '../rotation/reason-form.tsx';
import { nameOf } from '../rotation/stepper-state.ts';
import { useMayWrite } from '../session/use-may-write.ts';
import { approveRotation, rejectRotation } from './decision-writes.ts';
import classes from './decisions.module.css';

const text = decisionsWords;

const RejectButton = ({ rotation, label }: { readonly rotation: RotationView; readonly label: string }) => {
  const [opened, dialog] = useDisclosure(false);
  const request = useCredentialWrite<string>(rotation.credentialId, (reason, key) => rejectRotation(rotation, reason, key), dialog.close);
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        {label}
      </Button>
      <Dialog opened={opened} onClose={dialog.close} title={text.reject.title}>
        <ReasonForm
          words={text.reject}
          keep={text.reject.keep}
          maxLength={300}
          request={request}
          onReason={request.mutate}
          onClose={dialog.close}
        />
      </Dialog>
    </>
  );
};

const ApproveForm = ({ rotation }: { readonly rotation: RotationView }) => {
  const [note, setNote] = useState('');
  const request = useCredentialWrite<string>(
    rotation.credentialId,
    (given, key) => approveRotation(rotation, given, key),
    () => notifyDone(text.approval.done),
  );
  return (
    // No form: the one of the rejection is below it, and what that submits would come here too.
    <div className={classes['form']}>
      <Textarea
        label={text.approval.note}
        description={text.approval.noteHint}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={500}
        autosize
        maxRows={4}
      />
      {request.isError && <ProblemAlert error={request.error} />}
      <Group justify="flex-end" gap="xs">
        <RejectButton rotation={rotation} label={text.reject.open} />
        <Button loading={request.isPending} onClick={() => request.mutate(note.trim())}>
          {text.approval.approve}
        </Button>
      </Group>
    </div>
  );
};

/** What this person may say to a rotation that waits. Only a courtesy: the vault decides who may. */
const DecideOnRotation = ({ rotation }: { readonly rotation: RotationView }) => {
  const mayWrite = useMayWrite();
  const { data: session } = useQuery(sessionQueries.current());
  const given = rotation.approvals?.given ?? [];
  if (!mayWrite) return <p className="kt-dim">{text.approval.mayNot}</p>;
  if (session?.id === rotation.requestedBy.id) return <p className="kt-dim">{text.approval.mine}</p>;
  if (given.some(({ by }) => by.id === session?.id)) return <p className="kt-dim">{text.approval.alreadyMine}</p>;
  return <ApproveForm rotation={rotation} />;
};

/** The second person forces with the first, so an admin must be it; whoever may write can say no, also who asked. */
const DecideOnForce = ({ rotation, askedBy }: { readonly rotation: RotationView; readonly askedBy: string }) => {
  const mayWrite = useMayWrite();
  const isAdmin = useIsAdmin();
  const { data: session } = useQuery(sessionQueries.current());
  const isMine = session?.id === askedBy;
  if (isAdmin && !isMine) return <ApproveForm rotation={rotation} />;
  return (
    <>
      <p className="kt-dim">{isMine ? text.approval.mine : text.force.mayNot}</p>
      {mayWrite && (
        <div className={classes['no']}>
          <RejectButton rotation={rotation} label={isMine ? text.force.withdraw : text.reject.open} />
        </div>
      )}
    </>
  );
};

type ForceAsked = NonNullable<RotationView['forceAsked']>;

const ForceAwaits = ({ rotation, asked }: { readonly rotation: RotationView; readonly asked: ForceAsked }) => {
  const title = text.force.asked(nameOf(asked.by));
  return (
    <section className={classes['card']} aria-label={title}>
      <h3 className={classes['title']}>{title}</h3>
      <p>{asked.reason}</p>
      <p className="kt-dim">
        {text.force.askedLead}
        {asked.until !== null && ` ${text.force.until(formatMinute(asked.until))}`}
      </p>
      <p>{asked.cutOff.length === 0 ? text.force.cutOffNobody : text.force.cutOff(asked.cutOff.join(', '))}</p>
      <DecideOnForce rotation={rotation} askedBy={asked.by.id} />
    </section>
  );
};

type Approvals = NonNullable<RotationView['approvals']>;

const RotationAwaits = ({
  rotation,
  approvals: { given, needed, until },
}: {
  readonly rotation: RotationView;
  readonly approvals: Approvals;
}) => (
  <section className={classes['card']} aria-label={text.approval.title}>
    <h3 className={classes['title']}>{text.approval.title}</h3>
    <p className="kt-dim">
      {text.approval.lead(given.length, needed)}
      {until !== null && ` ${text.approval.until(formatMinute(until))}`}
    </p>
    {given.length > 0 && (
      <ul>
        {given.map(({ by, at, note }) => (
          <li key={`${by.id}/${at}`}>
            {text.approval.given(nameOf(by))}
            {note !== null && `: ${note}`}
          </li>
        ))}
      </ul>
    )}
    <DecideOnRotation rotation={rotation} />
  </section>
);

/** What waits for another person: that a rotation begins, or that it is forced. */
export const ApprovalCard = ({ rotation }: { readonly rotation: RotationView }) => {
  const { approvals, forceAsked, forced, status } = rotation;
  if (status !== 'open') return null;
  if (forceAsked !== null && forced === null) return <ForceAwaits rotation={rotation} asked={forceAsked} />;
  if (approvals === null || approvals.given.length >= approvals.needed) return null;
  return <RotationAwaits rotation={rotation} approvals={approvals} />;
};
