import { notifications } from '@mantine/notifications';
import { strings } from '../../strings.ts';

const closeButtonProps = { 'aria-label': strings.forms.close };

/** Says in passing that something was done. */
export const notifyDone = (title: string): void => void notifications.show({ color: 'petrol', title, message: '', closeButtonProps });

/** Says in passing that something a person asked for did not happen. */
export const notifyFailed = (title: string, message: string): void =>
  void notifications.show({ color: 'red', title, message, closeButtonProps });
