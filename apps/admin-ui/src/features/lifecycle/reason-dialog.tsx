import { Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { strings } from '../../strings.ts';

const text = strings.lifecycle;
const SHORTEST = 3;
const LONGEST = 500;

type AskProps = {
  readonly lead: ReactNode;
  readonly submit: string;
  readonly isDangerous?: boolean;
  /** What else must be there before it can be sent; the reason always must. */
  readonly isComplete?: boolean;
  readonly maxLength?: number;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onReason: (reason: string) => void;
  readonly children?: ReactNode;
};

/** A question that is answered with a reason. */
export const AskReason = ({ lead, submit, isDangerous, isComplete = true, maxLength = LONGEST, children, ...request }: AskProps) => {
  const { isPending, error, onCancel, onReason } = request;
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const given = reason.trim();
  const isGiven = given.length >= SHORTEST;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (isGiven && isComplete) onReason(given);
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed" component="div">
          {lead}
        </Text>
        <Textarea
          label={text.reason}
          description={text.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isAsked && !isGiven ? text.reasonNeeded : null}
          maxLength={maxLength}
          autosize
          minRows={2}
          maxRows={5}
          required
          data-autofocus
        />
        {children}
        <FormFoot
          error={error}
          isPending={isPending}
          submit={submit}
          onCancel={onCancel}
          cancel={text.cancel}
          isDangerous={isDangerous === true}
        />
      </Stack>
    </form>
  );
};
