import { OnDeadline, RotationPolicy } from '@keyturn/contracts';
import type { CredentialView } from '@keyturn/contracts/api';
import { NativeSelect, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { inUnits } from '../../shared/time/plain-duration.ts';
import { strings } from '../../strings.ts';
import { policy as policyWords } from '../../strings-policy.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { DurationInput } from './duration-input.tsx';
import { changePolicy } from './policy-writes.ts';
import { millisecondsOf } from './typed-duration.ts';
import type { TypedDuration } from './typed-duration.ts';

const text = policyWords;
const SHORTEST = 3;

/** The settings that are durations, in the order in which they matter, each with its words. */
const DURATIONS = [
  ['approveWithinMs', 'approveWithin'],
  ['preflightMs', 'preflight'],
  ['valueWithinMs', 'valueWithin'],
  ['graceMs', 'grace'],
  ['evidenceEveryMs', 'evidence'],
  ['deadlineMs', 'deadline'],
  ['compromisedDeadlineMs', 'compromised'],
  ['escalateEveryMs', 'escalate'],
  ['soakMs', 'soak'],
  ['silentAfterMs', 'silent'],
  ['lostAfterMs', 'lost'],
] as const;
type Setting = (typeof DURATIONS)[number][0];
/** What was typed, of those in which something was. */
type Typed = Partial<Record<Setting, TypedDuration>>;
type Change = Partial<RotationPolicy>;
type Draft = { readonly durations: Typed; readonly onDeadline: OnDeadline; readonly approvals: number };

const draftOf = ({ onDeadline, approvals }: RotationPolicy): Draft => ({ durations: {}, onDeadline, approvals });

/** What differs from what the person saw. */
const changeOf = (before: RotationPolicy, { durations, onDeadline, approvals }: Draft): Change => {
  const change: { -readonly [Name in keyof Change]: Change[Name] } = {};
  for (const [name] of DURATIONS) {
    const typed = durations[name];
    if (typed !== undefined && millisecondsOf(typed) !== before[name]) change[name] = millisecondsOf(typed);
  }
  if (onDeadline !== before.onDeadline) change.onDeadline = onDeadline;
  if (approvals !== before.approvals) change.approvals = approvals;
  return change;
};

/** The bounds of each setting are the contract's. */
const isWithin = (name: Setting, typed: TypedDuration | undefined): boolean =>
  typed === undefined || RotationPolicy.shape[name].safeParse(millisecondsOf(typed)).success;

type Props = { readonly credential: CredentialView; readonly onDone: () => void; readonly onCancel: () => void };
type Ask = { readonly policy: Change; readonly reason: string };

type PartProps = { readonly draft: Draft; readonly onDraft: (draft: Draft) => void };

const Durations = ({ before, draft, onDraft, isAsked }: PartProps & { readonly before: RotationPolicy; readonly isAsked: boolean }) =>
  DURATIONS.map(([name, words]) => (
    <DurationInput
      key={name}
      label={text.rows[words].name}
      hint={text.rows[words].meaning}
      value={draft.durations[name] ?? inUnits(before[name])}
      error={isAsked && !isWithin(name, draft.durations[name]) ? text.outOfBounds : null}
      onChange={(value) => onDraft({ ...draft, durations: { ...draft.durations, [name]: value } })}
    />
  ));

const Choices = ({ draft, onDraft, isForcing }: PartProps & { readonly isForcing: boolean }) => (
  <>
    <NativeSelect
      label={text.approvals.name}
      description={text.approvals.meaning}
      data={text.approvals.choices.map((label, value) => ({ value: String(value), label }))}
      value={String(draft.approvals)}
      onChange={(event) => onDraft({ ...draft, approvals: Number(event.currentTarget.value) })}
      data-autofocus
    />
    <NativeSelect
      label={text.onDeadline.name}
      description={text.onDeadline.meaning}
      data={OnDeadline.options.map((value) => ({ value, label: text.deadlines[value] ?? value }))}
      value={draft.onDeadline}
      onChange={(event) =>
        onDraft({ ...draft, onDeadline: OnDeadline.options.find((name) => name === event.currentTarget.value) ?? draft.onDeadline })
      }
    />
    {isForcing && (
      <Text size="sm" c="dimmed">
        {text.forceHint}
      </Text>
    )}
  </>
);

type ReasonProps = { readonly value: string; readonly onChange: (value: string) => void; readonly isMissing: boolean };

const ReasonInput = ({ value, onChange, isMissing }: ReasonProps) => (
  <Textarea
    label={strings.lifecycle.reason}
    description={strings.lifecycle.reasonHint}
    value={value}
    onChange={(event) => onChange(event.currentTarget.value)}
    error={isMissing ? strings.lifecycle.reasonNeeded : null}
    maxLength={500}
    autosize
    minRows={2}
    maxRows={5}
    required
  />
);

/** Changes what a credential's rotations wait for, for a reason. */
export const PolicyForm = ({ credential, onDone, onCancel }: Props) => {
  const [before] = useState(credential); // what the person saw, whatever comes in meanwhile
  const [draft, setDraft] = useState(() => draftOf(before.policy));
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const request = useCredentialWrite<Ask>(before.credentialId, (ask, key) => changePolicy(before, ask, key), onDone);
  const policy = changeOf(before.policy, draft);
  const isNothing = Object.keys(policy).length === 0;
  const isFine = DURATIONS.every(([name]) => isWithin(name, draft.durations[name]));
  const given = reason.trim();
  const send = (event: FormEvent): void => {
    event.preventDefault();
    setAsked(true);
    if (isFine && !isNothing && given.length >= SHORTEST) request.mutate({ policy, reason: given });
  };
  return (
    <form onSubmit={send} noValidate>
      <Stack gap="md">
        <Choices draft={draft} onDraft={setDraft} isForcing={policy.onDeadline === 'force'} />
        <Durations before={before.policy} draft={draft} onDraft={setDraft} isAsked={isAsked} />
        <ReasonInput value={reason} onChange={setReason} isMissing={isAsked && given.length < SHORTEST} />
        {isAsked && isNothing && (
          <Text size="sm" role="alert">
            {text.nothing}
          </Text>
        )}
        <FormFoot error={request.error} isPending={request.isPending} submit={text.submit} onCancel={onCancel} />
      </Stack>
    </form>
  );
};
