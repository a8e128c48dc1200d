import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet } from '@tanstack/react-router';
import type { ErrorComponentProps } from '@tanstack/react-router';
import { readListSearch } from './features/credentials/list-search.ts';
import { HomePage } from './features/session/home-page.tsx';
import { ReaderGate } from './features/session/reader-gate.tsx';
import { SessionGate } from './features/session/session-gate.tsx';
import { NotFoundPage } from './shared/state/not-found-page.tsx';
import { ProblemPanel } from './shared/state/problem-panel.tsx';

/** What somebody typed, out of the address; the router reads `?q=5432` as a number. */
const wordOf = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
};

const rootRoute = createRootRoute({
  component: () => (
    <SessionGate>
      <ReaderGate>
        <Outlet />
      </ReaderGate>
    </SessionGate>
  ),
  notFoundComponent: NotFoundPage,
  errorComponent: ({ error }: ErrorComponentProps) => <ProblemPanel isPage error={error} onRetry={() => location.reload()} />,
});

const homeRoute = createRoute({ getParentRoute: () => rootRoute, path: '/', component: HomePage });

const ownKeysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/account/api-keys',
  component: lazyRouteComponent(() => import('./features/own-keys/own-keys-page.tsx'), 'OwnKeysPage'),
});

const credentialsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/credentials',
  validateSearch: readListSearch,
  component: lazyRouteComponent(() => import('./features/credentials/credentials-page.tsx'), 'CredentialsPage'),
});

const DETAIL_TABS = ['versions', 'consumers', 'tests', 'policy', 'access', 'timeline', 'rotations'] as const;
export type DetailTab = (typeof DETAIL_TABS)[number];
export type CredentialSearch = { readonly tab?: DetailTab; readonly epoch?: number };
const credentialRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/credentials/$credentialId',
  validateSearch: ({ tab, epoch }: Record<string, unknown>): CredentialSearch => {
    const known = DETAIL_TABS.find((name) => name === tab);
    return {
      ...(known === undefined ? {} : { tab: known }),
      ...(typeof epoch === 'number' && Number.isInteger(epoch) && epoch > 0 ? { epoch } : {}),
    };
  },
  component: lazyRouteComponent(() => import('./features/credentials/credential-page.tsx'), 'CredentialPage'),
});

const keyRingRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/key-ring',
  component: lazyRouteComponent(() => import('./features/key-ring/key-ring-page.tsx'), 'KeyRingPage'),
});

const consumersRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/consumers',
  component: lazyRouteComponent(() => import('./features/registered-consumers/consumers-page.tsx'), 'ConsumersPage'),
});

const consumerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/consumers/$consumer',
  component: lazyRouteComponent(() => import('./features/registered-consumers/consumer-page.tsx'), 'ConsumerPage'),
});

const bulkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/rotations/bulk',
  component: lazyRouteComponent(() => import('./features/bulk/bulk-page.tsx'), 'BulkPage'),
});

const bulkBoardRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/rotations/bulk/$bulkId',
  component: lazyRouteComponent(() => import('./features/bulk/bulk-board-page.tsx'), 'BulkBoardPage'),
});

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/settings',
  component: lazyRouteComponent(() => import('./features/settings/settings-page.tsx'), 'SettingsPage'),
});

type AuditSearch = { readonly [Name in 'text' | 'person' | 'consumer' | 'from' | 'to']?: string } & { readonly tab?: 'entries' | 'access' };
const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/admin/system/audit',
  validateSearch: ({ tab, ...search }: Record<string, unknown>): AuditSearch => ({
    ...(tab === 'access' ? { tab } : {}),
    ...Object.fromEntries(
      ['text', 'person', 'consumer', 'from', 'to'].flatMap((name) => {
        const value = wordOf(search[name]);
        return value === undefined ? [] : [[name, value]];
      }),
    ),
  }),
  component: lazyRouteComponent(() => import('./features/audit/audit-page.tsx'), 'AuditPage'),
});

const routeTree = rootRoute.addChildren([
  homeRoute,
  ownKeysRoute,
  credentialsRoute,
  credentialRoute,
  keyRingRoute,
  consumersRoute,
  consumerRoute,
  auditRoute,
  bulkRoute,
  bulkBoardRoute,
  settingsRoute,
]);

export const createAppRouter = () =>
  createRouter({ routeTree, defaultPreload: 'intent', scrollRestoration: true, defaultNotFoundComponent: NotFoundPage });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
