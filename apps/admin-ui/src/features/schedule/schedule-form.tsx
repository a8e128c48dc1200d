import type { CredentialView, ScheduleView } from '@keyturn/contracts/api';
import { Checkbox, Group, NativeSelect, Stack, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { schedule as scheduleWords } from '../../strings-schedule.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { DurationInput } from '../policy/duration-input.tsx';
import classes from './schedule.module.css';
import { checkDraft, draftOf, WEEKDAYS } from './schedule-draft.ts';
import type { DraftErrors, ScheduleDraft } from './schedule-draft.ts';
import { changeSchedule } from './schedule-queries.ts';
import type { ScheduleWish } from './schedule-queries.ts';

const text = scheduleWords.form;
const QUARTER_S = 900;
const ownZone = (): string => new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** All that this browser knows, and what is set already. */
const zonesWith = (timeZone: string): string[] => [...new Set([timeZone, ownZone(), 'UTC', ...Intl.supportedValuesOf('timeZone')])];

type PartProps = {
  readonly draft: ScheduleDraft;
  readonly errors: DraftErrors;
  readonly onDraft: (change: Partial<ScheduleDraft>) => void;
};

const Times = ({ draft, errors, onDraft }: PartProps) => (
  <div className={classes['times']}>
    <TextInput
      type="time"
      step={QUARTER_S}
      label={text.from}
      value={draft.from}
      error={errors.from}
      onChange={(event) => onDraft({ from: event.currentTarget.value })}
    />
    <TextInput
      type="time"
      step={QUARTER_S}
      label={text.to}
      description={text.toHint}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={draft.to}
      error={errors.to}
      onChange={(event) => onDraft({ to: event.currentTarget.value })}
    />
    <NativeSelect
      label={text.timeZone}
      data={zonesWith(draft.timeZone)}
      value={draft.timeZone}
      error={errors.timeZone}
      onChange={(event) => onDraft({ timeZone: event.currentTarget.value })}
    />
  </div>
);

const Window = (props: PartProps) => {
  const { draft, errors, onDraft } = props;
  return (
    <>
      <Checkbox
        label={text.isWindowed}
        description={text.isWindowedHint}
        checked={draft.isWindowed}
        onChange={(event) => onDraft({ isWindowed: event.currentTarget.checked })}
      />
      {draft.isWindowed && (
        <div className={classes['indented']}>
          <Checkbox.Group label={text.days} value={[...draft.days]} error={errors.days} onChange={(days) => onDraft({ days })}>
            <Group gap="sm" mt={4}>
              {WEEKDAYS.map((day) => (
                <Checkbox key={day} value={day} label={scheduleWords.weekdays[day]} />
              ))}
            </Group>
          </Checkbox.Group>
          <Times {...props} />
        </div>
      )}
    </>
  );
};

const When = (props: PartProps) => {
  const { draft, errors, onDraft } = props;
  return (
    <>
      <DurationInput
        label={text.every}
        hint={text.everyHint}
        value={draft.every}
        error={errors.every ?? null}
        onChange={(every) => onDraft({ every })}
      />
      <Window {...props} />
      <DurationInput
        label={text.jitter}
        hint={text.jitterHint}
        value={draft.jitter}
        error={errors.jitter ?? null}
        onChange={(jitter) => onDraft({ jitter })}
      />
    </>
  );
};

type Props = {
  readonly credential: CredentialView;
  readonly view: ScheduleView;
  readonly onDone: () => void;
  readonly onCancel: () => void;
};

/** Sets when a credential is rotated without anybody's click, and when somebody is told that it expires. */
export const ScheduleForm = ({ credential, view, onDone, onCancel }: Props) => {
  const [before] = useState(credential); // what the person saw, whatever comes in meanwhile
  const [draft, setDraft] = useState(() => draftOf(view, ownZone()));
  const [isAsked, setAsked] = useState(false);
  const request = useCredentialWrite<ScheduleWish>(before.credentialId, (wish, key) => changeSchedule(before, wish, key), onDone);
  const { body, errors } = checkDraft(draft);
  const part: PartProps = { draft, errors: isAsked ? errors : {}, onDraft: (change) => setDraft({ ...draft, ...change }) };
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (body !== null) request.mutate(body);
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <Switch
          label={text.isOn}
          description={text.isOnHint}
          checked={draft.isOn}
          onChange={(event) => part.onDraft({ isOn: event.currentTarget.checked })}
          data-autofocus
        />
        {draft.isOn && <When {...part} />}
        <TextInput
          label={text.remind}
          description={text.remindHint}
          value={draft.remind}
          error={part.errors.remind}
          onChange={(event) => part.onDraft({ remind: event.currentTarget.value })}
          autoComplete="off"
        />
        <FormFoot error={request.error} isPending={request.isPending} submit={text.submit} onCancel={onCancel} />
      </Stack>
    </form>
  );
};
