import type { RotationView } from '@keyturn/contracts/api';
import { NativeSelect, NumberInput, Stack, Text, Textarea } from '@mantine/core';
import { useState } from 'react';
import { FormFoot } from '../../shared/state/form-foot.tsx';
import { DURATION_UNITS } from '../../shared/time/plain-duration.ts';
import { decisions as decisionsWords } from '../../strings-decisions.ts';
import { useCredentialWrite } from '../lifecycle/use-credential-write.ts';
import { extendRotation } from './decision-writes.ts';
import classes from './decisions.module.css';

const text = decisionsWords.extend;
const UNITS = ['minutes', 'hours', 'days'] as const;
const [LEAST_MS, MOST_MS] = [DURATION_UNITS.minutes, 30 * DURATION_UNITS.days];

type Ask = { readonly byMs: number; readonly reason: string };

/** By how much the deadline moves, and why. */
export const ExtendForm = ({ rotation, onClose }: { readonly rotation: RotationView; readonly onClose: () => void }) => {
  const [count, setCount] = useState<number | string>(1);
  const [unit, setUnit] = useState<(typeof UNITS)[number]>('hours');
  const [reason, setReason] = useState('');
  const [isAsked, setAsked] = useState(false);
  const request = useCredentialWrite<Ask>(rotation.credentialId, (body, key) => extendRotation(rotation, body, key), onClose);
  const byMs = Number(count) * DURATION_UNITS[unit];
  const isFine = byMs >= LEAST_MS && byMs <= MOST_MS && Number.isInteger(byMs);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setAsked(true);
        if (isFine && reason.trim() !== '') request.mutate({ byMs, reason: reason.trim() });
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.lead}
        </Text>
        <div className={classes['pair']}>
          <NumberInput
            label={text.by}
            value={count}
            onChange={setCount}
            min={1}
            error={isAsked && !isFine ? text.byWrong : null}
            hideControls
            data-autofocus
          />
          <NativeSelect
            label={text.unit}
            data={UNITS.map((value) => ({ value, label: text.units[value] }))}
            value={unit}
            onChange={(event) => setUnit(UNITS.find((name) => name === event.currentTarget.value) ?? 'hours')}
          />
        </div>
        <Textarea
          label={text.reason}
          description={text.reasonHint}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          error={isAsked && reason.trim() === '' ? text.reasonNeeded : null}
          maxLength={500}
          autosize
          minRows={2}
          maxRows={5}
          required
        />
        <FormFoot error={request.error} isPending={request.isPending} submit={text.submit} onCancel={onClose} cancel={text.keep} />
      </Stack>
    </form>
  );
};
