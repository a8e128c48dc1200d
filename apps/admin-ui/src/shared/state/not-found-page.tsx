import { Button } from '@mantine/core';
import { IconMapQuestion } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { strings } from '../../strings.ts';
import { StatePanel } from './state-panel.tsx';

export const BackToCredentials = () => (
  <Button variant="default" renderRoot={(props) => <Link to="/admin/system/credentials" {...props} />}>
    {strings.states.back}
  </Button>
);

export const NotFoundPage = () => (
  <StatePanel
    isPage
    icon={<IconMapQuestion />}
    title={strings.notFound.title}
    detail={strings.notFound.detail}
    actions={<BackToCredentials />}
  />
);
