import { Group, Modal } from '@mantine/core';
import { useRef } from 'react';
import type { ReactNode } from 'react';
import { strings } from '../../strings.ts';
import { useFocusBack, useFocusWithin } from './focus.ts';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly size?: 'md' | 'lg' | 'xl';
  readonly children: ReactNode;
};

const Head = ({ title }: Pick<Props, 'title'>) => {
  const head = useRef<HTMLDivElement>(null);
  useFocusWithin(head);
  return (
    <Group ref={head} justify="space-between" wrap="nowrap" align="flex-start" mb="md">
      <Modal.Title fw={650} fz="lg" pt={3} lh={1.3} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Modal.Title>
      <Modal.CloseButton aria-label={strings.forms.close} />
    </Group>
  );
};

/**
 * A dialog with its own head: the library's is a banner landmark, of which a page has one. And it keeps the focus, and gives it back, itself:
 * the library doesn't where what has it is disabled or goes, nor where a dialog comes opened or goes without being closed.
 */
export const Dialog = ({ opened, onClose, title, size = 'md', children }: Props) => {
  useFocusBack(opened);
  return (
    <Modal opened={opened} onClose={onClose} returnFocus={false} size={size} radius="lg" padding="1.25rem" withCloseButton={false}>
      <Head title={title} />
      {children}
    </Modal>
  );
};
