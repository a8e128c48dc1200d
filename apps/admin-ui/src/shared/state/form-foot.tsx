import { Button, Group } from '@mantine/core';
import { strings } from '../../strings.ts';
import { ProblemAlert } from './problem-alert.tsx';

type Props = {
  /** What went wrong with the request, if anything did. */
  readonly error: unknown;
  readonly isPending: boolean;
  /** It can't be sent yet: what it depends on isn't known. */
  readonly isHeld?: boolean;
  readonly submit: string;
  readonly onCancel: () => void;
  /** "Cancel", where the way back needs no words of its own. */
  readonly cancel?: string;
  readonly isDangerous?: boolean;
};

/** The foot of a form: what its request was refused with, the way back, and the submit. */
export const FormFoot = ({
  error,
  isPending,
  isHeld = false,
  submit,
  onCancel,
  cancel = strings.forms.cancel,
  isDangerous = false,
}: Props) => (
  <>
    {error !== null && error !== undefined && <ProblemAlert error={error} />}
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel} disabled={isPending}>
        {cancel}
      </Button>
      <Button type="submit" loading={isPending} disabled={isHeld} {...(isDangerous ? { color: 'red.9' } : {})}>
        {submit}
      </Button>
    </Group>
  </>
);
