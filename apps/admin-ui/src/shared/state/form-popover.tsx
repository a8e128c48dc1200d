import { Popover } from '@mantine/core';
import { useId, useRef } from 'react';
import type { ReactNode } from 'react';
import { useFocusWithin } from './focus.ts';

type Props = {
  readonly label: string;
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** What it hangs from: one element that takes a ref. */
  readonly target: ReactNode;
  readonly children: ReactNode;
};

const Label = ({ id, label }: { readonly id: string; readonly label: string }) => {
  const span = useRef<HTMLSpanElement>(null);
  useFocusWithin(span);
  return (
    <span ref={span} id={id} hidden>
      {label}
    </span>
  );
};

/** A small form that hangs from the button that opened it, and gives the focus back to it. */
export const FormPopover = ({ label, opened, onChange, target, children }: Props) => {
  const id = useId();
  return (
    <Popover opened={opened} onChange={onChange} width={370} position="bottom-end" shadow="lg" radius="lg" trapFocus returnFocus>
      <Popover.Target>{target}</Popover.Target>
      <Popover.Dropdown p="lg" maw="calc(100vw - 1.5rem)" aria-labelledby={id}>
        <Label id={id} label={label} />
        {children}
      </Popover.Dropdown>
    </Popover>
  );
};
