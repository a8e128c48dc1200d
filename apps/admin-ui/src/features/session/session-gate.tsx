import { Center, Loader, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { sessionQueries } from '../../shared/api/session-queries.ts';
import { AppFrame } from '../../shared/layout/app-frame.tsx';
import { ProblemPanel } from '../../shared/state/problem-panel.tsx';
import { strings } from '../../strings.ts';
import { PaletteButton } from '../command-palette/palette-button.tsx';
import { SignInPage } from './sign-in-page.tsx';

/** Pages for who is signed in, the sign-in page for everybody else. */
export const SessionGate = ({ children }: { readonly children: ReactNode }) => {
  const session = useQuery(sessionQueries.current());
  if (session.data !== undefined)
    return session.data === null ? (
      <SignInPage />
    ) : (
      <AppFrame session={session.data} tools={<PaletteButton />}>
        {children}
      </AppFrame>
    );
  return (
    <Center component="main" mih="100dvh">
      {session.isError ? (
        <ProblemPanel isPage error={session.error} onRetry={() => void session.refetch()} />
      ) : (
        <Stack align="center" role="status">
          <Loader type="dots" />
          <span className="kt-dim">{strings.session.loading}</span>
        </Stack>
      )}
    </Center>
  );
};
