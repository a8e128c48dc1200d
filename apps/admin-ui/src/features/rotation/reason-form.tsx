import { Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';

type Words = {
  readonly lead: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly reasonNeeded: string;
  readonly submit: string;
};

type Props = {
  readonly title: string;
  readonly words: Words;
  /** What goes on as it is. */
  readonly keep: string;
  readonly maxLength: number;
  readonly request: { readonly isPending: boolean; readonly isError: boolean; readonly error: unknown };
  readonly onReason: (reason: string) => void;
  readonly onClose: () => void;
};

/** Asks why a rotation is to be taken back or ended; nothing is sent without a reason. */
export const ReasonForm = ({ title, words, keep, maxLength, request, onReason, onClose }: Props) => {
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const given = reason.trim();
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (given !== '') onReason(given);
      }}
    >
      <Stack gap="sm">
        <Text fw={650}>{title}</Text>
        <Text size="sm" c="dimmed">
          {words.lead}
        </Text>
        <Textarea
          label={words.reason}
          description={words.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isAsked && given === '' ? words.reasonNeeded : null}
          maxLength={maxLength}
          autosize
          minRows={2}
          maxRows={5}
          required
          data-autofocus
        />
        {request.isError && <ProblemAlert error={request.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} disabled={request.isPending}>
            {keep}
          </Button>
          <Button type="submit" color="red" loading={request.isPending}>
            {words.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
};
