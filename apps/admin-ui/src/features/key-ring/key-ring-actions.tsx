import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { keyRingKey } from '../../shared/api/credential-keys.ts';
import { requestKey } from '../../shared/api/request-key.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { ProblemAlert } from '../../shared/state/problem-alert.tsx';
import { notifyDone } from '../../shared/state/notify.ts';
import { strings } from '../../strings.ts';
import { keyRing as keyRingWords } from '../../strings-key-ring.ts';
import { activateKek, addKek, retireKek, startRewrap } from './key-ring-queries.ts';

const text = keyRingWords;
const FINGERPRINT = /^kek-[0-9a-f]{16}$/;

/** What an admin may do with the ring. */
export type KeyRingAction =
  | { readonly kind: 'add' }
  | { readonly kind: 'activate' | 'retire'; readonly kekId: string }
  | { readonly kind: 'rewrap' };

const useKeyRingWrite = (
  perform: (kekId: string, key: string) => Promise<unknown>,
  said: (kekId: string) => string,
  onDone: () => void,
) => {
  const client = useQueryClient();
  const [key] = useState(() => requestKey());
  return useMutation({
    mutationFn: (kekId: string) => perform(kekId, key.of(kekId)),
    onError: key.answered,
    onSuccess: async (_answer, kekId) => {
      key.answered();
      onDone();
      notifyDone(said(kekId));
      await client.invalidateQueries({ queryKey: keyRingKey });
    },
  });
};

type AskProps = {
  readonly lead: string;
  readonly submit: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onCancel: () => void;
  readonly onSubmit: () => void;
  readonly children?: ReactNode;
};

const Ask = ({ lead, submit, isPending, error, onCancel, onSubmit, children }: AskProps) => (
  <form
    noValidate
    onSubmit={(event: FormEvent) => {
      event.preventDefault();
      onSubmit();
    }}
  >
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {lead}
      </Text>
      {children}
      {error !== null && <ProblemAlert error={error} />}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onCancel} disabled={isPending}>
          {strings.forms.cancel}
        </Button>
        <Button type="submit" loading={isPending} data-autofocus={children === undefined ? true : undefined}>
          {submit}
        </Button>
      </Group>
    </Stack>
  </form>
);

const Add = ({ onClose }: { readonly onClose: () => void }) => {
  const [typed, setTyped] = useState('');
  const [isAsked, setAsked] = useState(false);
  const request = useKeyRingWrite(addKek, text.done.added, onClose);
  const kekId = typed.trim();
  const isRight = FINGERPRINT.test(kekId);
  return (
    <Ask
      lead={text.add.lead}
      submit={text.add.submit}
      isPending={request.isPending}
      error={request.error}
      onCancel={onClose}
      onSubmit={() => {
        setAsked(true);
        if (isRight) request.mutate(kekId);
      }}
    >
      <TextInput
        label={text.add.fingerprint}
        description={text.add.fingerprintHint}
        placeholder={text.add.fingerprintExample}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        error={isAsked && !isRight ? text.add.wrong : null}
        autoComplete="off"
        spellCheck={false}
        data-autofocus
      />
    </Ask>
  );
};

type ConfirmProps = { readonly kekId: string; readonly onClose: () => void };

const Activate = ({ kekId, onClose }: ConfirmProps) => {
  const request = useKeyRingWrite(activateKek, text.done.activated, onClose);
  const { lead, submit } = text.activate;
  return <Ask {...{ lead, submit, ...pick(request) }} onCancel={onClose} onSubmit={() => request.mutate(kekId)} />;
};

const Retire = ({ kekId, onClose }: ConfirmProps) => {
  const request = useKeyRingWrite(retireKek, text.done.retired, onClose);
  const { lead, submit } = text.retire;
  return <Ask {...{ lead, submit, ...pick(request) }} onCancel={onClose} onSubmit={() => request.mutate(kekId)} />;
};

const Rewrap = ({ onClose }: { readonly onClose: () => void }) => {
  const request = useKeyRingWrite(
    (_none, key) => startRewrap(key),
    () => text.done.rewrap,
    onClose,
  );
  const { lead, submit } = text.rewrap;
  return <Ask {...{ lead, submit, ...pick(request) }} onCancel={onClose} onSubmit={() => request.mutate('')} />;
};

const pick = ({ isPending, error }: { readonly isPending: boolean; readonly error: unknown }) => ({ isPending, error });

const titleOf = (action: KeyRingAction): string => {
  switch (action.kind) {
    case 'add':
      return text.add.title;
    case 'rewrap':
      return text.rewrap.confirm;
    case 'activate':
    case 'retire':
      return text[action.kind].title(action.kekId);
  }
};

const Question = ({ action, onClose }: { readonly action: KeyRingAction; readonly onClose: () => void }) => {
  switch (action.kind) {
    case 'add':
      return <Add onClose={onClose} />;
    case 'rewrap':
      return <Rewrap onClose={onClose} />;
    case 'activate':
      return <Activate kekId={action.kekId} onClose={onClose} />;
    case 'retire':
      return <Retire kekId={action.kekId} onClose={onClose} />;
  }
};

/** Asks before anything is done with the ring. */
export const KeyRingDialog = ({ action, onClose }: { readonly action: KeyRingAction | null; readonly onClose: () => void }) => (
  <Dialog opened={action !== null} onClose={onClose} title={action === null ? '' : titleOf(action)}>
    {action !== null && <Question action={action} onClose={onClose} />}
  </Dialog>
);
