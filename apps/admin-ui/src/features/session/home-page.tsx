import { Navigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { useIsReader } from '../../shared/api/use-roles.ts';
import { LoadingLines } from '../../shared/state/loading-lines.tsx';
import { strings } from '../../strings.ts';

const OverviewPage = lazy(async () => ({ default: (await import('../overview/overview-page.tsx')).OverviewPage }));

/** `/`: the overview for those who may read everything; their own keys for everybody else. */
export const HomePage = () =>
  useIsReader() ? (
    <Suspense fallback={<LoadingLines sentence={strings.overview.loading} lines={7} />}>
      <OverviewPage />
    </Suspense>
  ) : (
    <Navigate to="/account/api-keys" replace />
  );
