import { MOST_BULK_CREDENTIALS } from '@keyturn/contracts/api';
import type { BulkCredentialsAnswer, BulkCredentialsBody } from '@keyturn/contracts/api';
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useState } from 'react';
import { Dialog } from '../../shared/state/dialog.tsx';
import { Notice } from '../../shared/state/notice.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { strings } from '../../strings.ts';
import { bulk as bulkWords } from '../../strings-bulk.ts';
import type { Selection } from '../credentials/selection.ts';
import { AskReason } from '../lifecycle/reason-dialog.tsx';
import { changeMany } from './bulk-queries.ts';
import { useBulkWrite } from './use-bulk-write.ts';

const text = bulkWords.actions;
export type ManyAction = BulkCredentialsBody['action'];

const tagsOf = (typed: string): string[] =>
  typed
    .split(',')
    .map((tag) => tag.trim())
    .filter((tag) => tag !== '');

type RefusedProps = { readonly answer: BulkCredentialsAnswer; readonly chosen: Selection; readonly onClose: () => void };

/** Which of them were not changed, and why. */
const Refused = ({ answer, chosen, onClose }: RefusedProps) => (
  <Stack gap="md">
    <Notice tone="warn" role="alert" icon={<IconAlertTriangle size={18} />} title={text.refused(answer.refused)}>
      {text.stillSelected}
      <ul>
        {answer.items
          .filter(({ done }) => !done)
          .map(({ credentialId, code, detail }) => (
            <li key={credentialId}>
              {chosen.get(credentialId) ?? credentialId}: {detail ?? strings.problems.byCode[code ?? '']?.title ?? code}
            </li>
          ))}
      </ul>
    </Notice>
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose} data-autofocus>
        {strings.lifecycle.close}
      </Button>
    </Group>
  </Stack>
);

type TagFormProps = {
  readonly action: 'tag' | 'untag';
  readonly request: { readonly isPending: boolean; readonly error: unknown };
  readonly onTags: (tags: string[]) => void;
  readonly onClose: () => void;
};

const TagForm = ({ action, request, onTags, onClose }: TagFormProps) => {
  const [typed, setTyped] = useState('');
  const [isAsked, setAsked] = useState(false);
  const tags = tagsOf(typed);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (tags.length > 0) onTags(tags);
      }}
    >
      <Stack gap="md">
        <Text size="sm" c="dimmed">
          {text.leads[action]}
        </Text>
        <TextInput
          label={text.tags}
          description={strings.forms.details.tagsHint}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          error={isAsked && tags.length === 0 ? text.tagsNeeded : null}
          autoComplete="off"
          data-autofocus
        />
        <FormFoot error={request.error} isPending={request.isPending} submit={text.submits[action]} onCancel={onClose} />
      </Stack>
    </form>
  );
};

type Props = {
  readonly action: ManyAction;
  readonly chosen: Selection;
  readonly onClose: () => void;
  /** Those that were changed are selected no more. */
  readonly onDone: (changed: readonly string[]) => void;
};

const ManyForm = ({ action, chosen, onClose, onDone }: Props) => {
  const [answer, setAnswer] = useState<BulkCredentialsAnswer | null>(null);
  const ids = [...chosen.keys()];
  const request = useBulkWrite(changeMany, (given) => {
    if (given.done > 0) notifyDone(text.done(given.done));
    if (given.refused === 0) onClose();
    else setAnswer(given);
    onDone(given.items.filter(({ done }) => done).map(({ credentialId }) => credentialId));
  });
  if (ids.length > MOST_BULK_CREDENTIALS) return <Text>{text.tooMany(MOST_BULK_CREDENTIALS)}</Text>;
  if (answer !== null) return <Refused answer={answer} chosen={chosen} onClose={onClose} />;
  if (action === 'tag' || action === 'untag') {
    return <TagForm action={action} request={request} onClose={onClose} onTags={(tags) => request.mutate({ action, ids, tags })} />;
  }
  return (
    <AskReason
      lead={text.leads[action]}
      submit={text.submits[action]}
      isDangerous={action === 'disable'}
      isPending={request.isPending}
      error={request.error}
      onCancel={onClose}
      onReason={(reason) => request.mutate({ action, ids, reason })}
    />
  );
};

/** The same done to all chosen credentials; what was refused is said one by one. */
export const ManyDialog = (props: Props) => (
  <Dialog opened onClose={props.onClose} size="lg" title={text.titles[props.action](props.chosen.size)}>
    <ManyForm {...props} />
  </Dialog>
);
