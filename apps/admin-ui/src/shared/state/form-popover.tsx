import { Popover } from '@mantine/core';
import type { ReactNode } from 'react';

type Props = {
  readonly label: string;
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
  /** What it hangs from: one element that takes a ref. */
  readonly target: ReactNode;
  readonly children: ReactNode;
};

/** A small form that hangs from the button that opened it, and gives the focus back to it. */
export const FormPopover = ({ label, opened, onChange, target, children }: Props) => (
  <Popover opened={opened} onChange={onChange} width={370} position="bottom-end" shadow="lg" radius="lg" trapFocus returnFocus>
    <Popover.Target>{target}</Popover.Target>
    <Popover.Dropdown p="lg" maw="calc(100vw - 1.5rem)" aria-label={label}>
      {children}
    </Popover.Dropdown>
  </Popover>
);
