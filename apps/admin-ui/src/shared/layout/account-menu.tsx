import type { Session } from '@keyturn/contracts/api';
import { Menu, Text, UnstyledButton } from '@mantine/core';
import { IconKey, IconLogout, IconLogout2 } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { notifyFailed } from '../state/notify.ts';
import { strings } from '../../strings.ts';
import { problemMessage } from '../api/problem-message.ts';
import { signOut } from '../api/request.ts';
import { sessionQueries } from '../api/session-queries.ts';
import classes from './account-menu.module.css';

/** Of the first and the last word; a letter may be more than one unit of UTF-16. */
const initialsOf = (name: string): string => {
  const letters = [...name.matchAll(/(?<=^|\s)\S/gu)].map(([letter]) => letter.toUpperCase());
  return letters.length > 1 ? `${letters[0] ?? ''}${letters.at(-1) ?? ''}` : (letters[0] ?? '');
};

/** Who is signed in, and the way out. Signing out forgets everything that the page had read. */
export const AccountMenu = ({ session }: { readonly session: Session }) => {
  const client = useQueryClient();
  const leave = async (where: 'here' | 'everywhere'): Promise<void> => {
    try {
      const next = await signOut(where);
      client.setQueryData(sessionQueries.key, null);
      client.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQueries.key[0] });
      if (next !== null && next !== '/') location.assign(next);
    } catch (error) {
      notifyFailed(strings.session.signOutFailed, problemMessage(error).detail);
    }
  };
  return (
    <Menu position="bottom-end" width={220} withinPortal>
      <Menu.Target>
        <UnstyledButton aria-label={strings.session.menu(session.name)}>
          <span className={classes['avatar']} data-tone="busy" data-initials={initialsOf(session.name)} />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--kt-text)">
            {session.name}
          </Text>
          <Text size="xs">{strings.session.roles(session.roles)}</Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item leftSection={<IconKey size={16} />} renderRoot={(props) => <Link to="/account/api-keys" {...props} />}>
          {strings.pages.ownKeys}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave('here')}>
          {strings.session.signOut}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout2 size={16} />} onClick={() => void leave('everywhere')}>
          {strings.session.signOutEverywhere}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
