import { Group, Modal } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { credentialKeys } from '../../shared/api/credential-keys.ts';
import { strings } from '../../strings.ts';
import { RegisterForm } from './register-form.tsx';

type Props = { readonly opened: boolean; readonly onClose: () => void };

/** Registers a credential and goes to it. Closing forgets all that was typed. */
export const RegisterDialog = ({ opened, onClose }: Props) => {
  const client = useQueryClient();
  const navigate = useNavigate();
  return (
    // The library's own head of a dialog is a banner landmark, of which a page has one.
    <Modal opened={opened} onClose={onClose} size="lg" radius="lg" padding="1.25rem" withCloseButton={false}>
      <Group justify="space-between" wrap="nowrap" mb="md">
        <Modal.Title fw={650} fz="lg">
          {strings.register.title}
        </Modal.Title>
        <Modal.CloseButton aria-label={strings.register.close} />
      </Group>
      <RegisterForm
        onCancel={onClose}
        onRegistered={({ credentialId, address }) => {
          onClose();
          notifications.show({ color: 'petrol', title: strings.register.done(address), message: '' });
          void client.invalidateQueries({ queryKey: credentialKeys.list() });
          void navigate({ to: '/admin/system/credentials/$credentialId', params: { credentialId } });
        }}
      />
    </Modal>
  );
};
