import { NativeSelect, NumberInput } from '@mantine/core';
import type { ReactNode } from 'react';
import { policy as policyWords } from '../../strings-policy.ts';
import classes from './policy.module.css';
import type { TypedDuration } from './typed-duration.ts';

const UNITS = ['milliseconds', 'seconds', 'minutes', 'hours', 'days'] as const;

type Props = {
  readonly label: string;
  readonly hint: string;
  readonly value: TypedDuration;
  readonly error: string | null;
  readonly onChange: (value: TypedDuration) => void;
};

const beside = (input: ReactNode, unit: ReactNode): ReactNode => (
  <div className={classes['duration']}>
    {input}
    {unit}
  </div>
);

/** A duration as people say it: a number and its unit. */
export const DurationInput = ({ label, hint, value, error, onChange }: Props) => {
  const unit = (
    <NativeSelect
      aria-label={policyWords.unitOf(label)}
      data={UNITS.map((name) => ({ value: name, label: policyWords.units[name] }))}
      value={value.unit}
      onChange={(event) => onChange({ ...value, unit: UNITS.find((name) => name === event.currentTarget.value) ?? value.unit })}
    />
  );
  return (
    <NumberInput
      label={label}
      description={hint}
      value={value.count}
      error={error}
      min={0}
      hideControls
      onChange={(count) => onChange({ ...value, count })}
      inputContainer={(input) => beside(input, unit)}
    />
  );
};
