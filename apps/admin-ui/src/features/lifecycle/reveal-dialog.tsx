import type { CredentialView } from '@keyturn/contracts/api';
import { ActionIcon, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconCheck, IconCopy, IconEye, IconEyeOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { copyForAWhile } from '../../shared/clipboard.ts';
import { now } from '../../shared/time/clock.ts';
import { useNow } from '../../shared/time/use-now.ts';
import { Dialog } from '../../shared/state/dialog.tsx';
import { strings } from '../../strings.ts';
import { labelOfField } from '../credential-form/form-fields.ts';
import { revealSecret } from './lifecycle-queries.ts';
import { AskReason } from './reason-dialog.tsx';

const text = strings.lifecycle.reveal;
const SHOWN_MS = 30_000;
const HIDDEN = '••••••••••••';

const Field = ({ name, label, value }: { readonly name: string; readonly label: string; readonly value: string }) => {
  const [isShown, setShown] = useState(false);
  const [isCopied, setCopied] = useState(false);
  return (
    <div>
      <Text size="sm" fw={600}>
        {label}
      </Text>
      <Group gap="xs" wrap="nowrap">
        <Code block flex={1} data-field={name} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {isShown ? value : HIDDEN}
        </Code>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={isShown ? text.hide(label) : text.show(label)}
          onClick={() => setShown(!isShown)}
        >
          {isShown ? <IconEyeOff size={17} /> : <IconEye size={17} />}
        </ActionIcon>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={text.copy(label)}
          onClick={() => void copyForAWhile(value).then(() => setCopied(true))}
        >
          {isCopied ? <IconCheck size={17} /> : <IconCopy size={17} />}
        </ActionIcon>
      </Group>
      <Text size="xs" c="dimmed" role="status">
        {isCopied ? text.copied : ''}
      </Text>
    </div>
  );
};

/** How long it is still shown; not read out, which would be each second. */
const Countdown = ({ ms }: { readonly ms: number }) => {
  const [until] = useState(() => now() + ms);
  const left = Math.max(0, Math.ceil((until - useNow(1000)) / 1000));
  return (
    <Text size="sm" c="dimmed" className="kt-number" aria-hidden>
      {text.left(left)}
    </Text>
  );
};

type Shown =
  | { readonly status: 'asking' | 'pending' | 'hidden' }
  | { readonly status: 'shown'; readonly fields: Readonly<Record<string, string>> };

export type RevealProps = {
  /** Has it revealed for this reason; null where what came can't be opened. */
  readonly reveal: (reason: string) => Promise<Readonly<Record<string, string>> | null>;
  readonly labelOf: (field: string) => string;
  readonly onClose: () => void;
};

/** Asks, shows for half a minute, and forgets: the secret is in this component's state and nowhere else. */
export const Reveal = ({ reveal, labelOf, onClose }: RevealProps) => {
  const [shown, setShown] = useState<Shown>({ status: 'asking' });
  const [error, setError] = useState<unknown>(null);
  useEffect(() => {
    if (shown.status !== 'shown') return undefined;
    const timer = setTimeout(() => setShown({ status: 'hidden' }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [shown.status]);
  const ask = async (reason: string): Promise<void> => {
    setShown({ status: 'pending' });
    setError(null);
    try {
      const fields = await reveal(reason);
      if (fields === null) throw new Error(text.unreadable);
      setShown({ status: 'shown', fields });
    } catch (fault) {
      setError(fault);
      setShown({ status: 'asking' });
    }
  };
  if (shown.status === 'hidden') {
    return (
      <Stack gap="md">
        <Text role="status">{text.gone}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {strings.lifecycle.close}
          </Button>
        </Group>
      </Stack>
    );
  }
  if (shown.status === 'shown') {
    return (
      <Stack gap="sm">
        {Object.entries(shown.fields).map(([name, value]) => (
          <Field key={name} name={name} label={labelOf(name)} value={value} />
        ))}
        <Text size="sm" c="dimmed">
          {text.copies}
        </Text>
        <Group justify="space-between" wrap="nowrap">
          <Countdown ms={SHOWN_MS} />
          <Button variant="default" onClick={() => setShown({ status: 'hidden' })}>
            {text.hideNow}
          </Button>
        </Group>
      </Stack>
    );
  }
  return (
    <AskReason
      lead={`${text.lead} ${text.copies} ${text.sealed}`}
      submit={text.submit}
      isPending={shown.status === 'pending'}
      error={error}
      onCancel={onClose}
      onReason={(reason) => void ask(reason)}
    />
  );
};

type Props = { readonly credential: CredentialView; readonly opened: boolean; readonly onClose: () => void };

export const RevealDialog = ({ credential, opened, onClose }: Props) => (
  <Dialog opened={opened} onClose={onClose} title={text.title(credential.address)}>
    {opened && (
      <Reveal
        reveal={(reason) => revealSecret(credential.credentialId, reason)}
        labelOf={(field) => labelOfField(credential.credentialType, field)}
        onClose={onClose}
      />
    )}
  </Dialog>
);
