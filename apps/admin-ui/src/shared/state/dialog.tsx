import { Group, Modal } from '@mantine/core';
import type { ReactNode } from 'react';
import { strings } from '../../strings.ts';

type Props = {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly size?: 'md' | 'lg' | 'xl';
  readonly children: ReactNode;
};

/** A dialog with its own head: the library's is a banner landmark, of which a page has one. */
export const Dialog = ({ opened, onClose, title, size = 'md', children }: Props) => (
  <Modal opened={opened} onClose={onClose} size={size} radius="lg" padding="1.25rem" withCloseButton={false}>
    <Group justify="space-between" wrap="nowrap" align="flex-start" mb="md">
      <Modal.Title fw={650} fz="lg" pt={3} lh={1.3} style={{ overflowWrap: 'anywhere' }}>
        {title}
      </Modal.Title>
      <Modal.CloseButton aria-label={strings.forms.close} />
    </Group>
    {children}
  </Modal>
);
