import { Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { FormFoot } from '../../shared/state/form-foot.tsx';

type Words = {
  readonly lead: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly reasonNeeded: string;
  readonly submit: string;
};

type Props = {
  /** Left out where a dialog has it. */
  readonly title?: string;
  readonly words: Words;
  /** What goes on as it is. */
  readonly keep: string;
  readonly minLength?: number;
  readonly maxLength: number;
  readonly request: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown };
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
};

/** Asks why a rotation is to be taken back or ended; nothing is sent without a reason. */
export const ReasonForm = ({ title, words, keep, minLength = 1, maxLength, request, onReason, onClose }: Props) => {
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const given = reason.trim();
  const isGiven = given.length >= minLength;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (isGiven) onReason(given);
      }}
    >
      <Stack gap="sm">
        {title !== undefined && <Text fw={650}>{title}</Text>}
        <Text size="sm" c="dimmed">
          {words.lead}
        </Text>
        <Textarea
          label={words.reason}
          description={words.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isAsked && !isGiven ? words.reasonNeeded : null}
          maxLength={maxLength}
          autosize
          minRows={2}
          maxRows={5}
          required
          data-autofocus
        />
        <FormFoot error={request.error} isPending={request.isPending} submit={words.submit} onCancel={onClose} cancel={keep} isDangerous />
      </Stack>
    </form>
  );
};
