/** The pages and their addresses; each page is a chunk of its own. */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router';
import { sessionQuery } from '../client/queries.ts';
import { searchAddressOf } from '../parts/search-filters.ts';
import { Waiting } from '../parts/Waiting.tsx';
import { Frame } from './Frame.tsx';
import { Failed, NotFound } from './Refused.tsx';

interface Context {
  readonly queryClient: QueryClient;
}

/** The one page for guests: whoever has a receipt can check it here. */
const openPath = '/verify';

/** An address of this console to go on to after signing in; never one of another site. */
const isOwnAddress = (text: unknown): text is string =>
  typeof text === 'string' && text.startsWith('/') && !/^\/[/\\]/u.test(text);

const rootRoute = createRootRouteWithContext<Context>()();

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { readonly next?: string } =>
    isOwnAddress(search['next']) ? { next: search['next'] } : {},
  component: lazyRouteComponent(() => import('../pages/SignInPage.tsx'), 'SignInPage'),
});

const frameRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: 'frame',
  component: Frame,
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.ensureQueryData(sessionQuery);
    if (session !== null || location.pathname === openPath) return;
    throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/OverviewPage.tsx'), 'OverviewPage'),
});
const importRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/import',
  component: lazyRouteComponent(() => import('../pages/ImportPage.tsx'), 'ImportPage'),
});
const importDetailRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/import/$id',
  component: lazyRouteComponent(() => import('../pages/ImportDetailPage.tsx'), 'ImportDetailPage'),
});
const reportRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/report',
  component: lazyRouteComponent(() => import('../pages/ReportPage.tsx'), 'ReportPage'),
});
const reportDetailRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/report/$id',
  component: lazyRouteComponent(() => import('../pages/ReportDetailPage.tsx'), 'ReportDetailPage'),
});
const traceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/trace',
  validateSearch: (search: Record<string, unknown>): { readonly code?: string } =>
    typeof search['code'] === 'string' ? { code: search['code'] } : {},
  component: lazyRouteComponent(() => import('../pages/TracePage.tsx'), 'TracePage'),
});
const masterDataRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/master-data',
  validateSearch: (search: Record<string, unknown>): { readonly kind?: string } =>
    typeof search['kind'] === 'string' ? { kind: search['kind'] } : {},
  component: lazyRouteComponent(() => import('../pages/MasterDataPage.tsx'), 'MasterDataPage'),
});
const searchRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/search',
  validateSearch: searchAddressOf,
  component: lazyRouteComponent(() => import('../pages/SearchPage.tsx'), 'SearchPage'),
});
const coverageRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/coverage',
  validateSearch: ({
    kind,
    product,
  }: Record<string, unknown>): { readonly kind?: string; readonly product?: 'P' | 'M' | 'V' } =>
    typeof kind === 'string' && (product === 'P' || product === 'M' || product === 'V')
      ? { kind, product }
      : {},
  component: lazyRouteComponent(() => import('../pages/CoveragePage.tsx'), 'CoveragePage'),
});
const deadlinesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/deadlines',
  component: lazyRouteComponent(() => import('../pages/DeadlinesPage.tsx'), 'DeadlinesPage'),
});
const mappingsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/mappings',
  component: lazyRouteComponent(() => import('../pages/MappingsPage.tsx'), 'MappingsPage'),
});
const mappingRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/mappings/$id',
  validateSearch: ({ version }: Record<string, unknown>): { readonly version?: string } =>
    typeof version === 'string' && /^[1-9]\d{0,3}$/u.test(version) ? { version } : {},
  component: lazyRouteComponent(() => import('../pages/MappingPage.tsx'), 'MappingPage'),
});
const verifyRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/verify',
  component: lazyRouteComponent(() => import('../pages/VerifyPage.tsx'), 'VerifyPage'),
});
const logRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/log-status',
  component: lazyRouteComponent(() => import('../pages/LogPage.tsx'), 'LogPage'),
});
const networkRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/network',
  component: lazyRouteComponent(() => import('../pages/NetworkPage.tsx'), 'NetworkPage'),
});
const governanceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/governance',
  component: lazyRouteComponent(() => import('../pages/GovernancePage.tsx'), 'GovernancePage'),
});
const accountsRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/accounts',
  component: lazyRouteComponent(() => import('../pages/AccountsPage.tsx'), 'AccountsPage'),
});

const sourcesRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/sources',
  component: lazyRouteComponent(() => import('../pages/SourcesPage.tsx'), 'SourcesPage'),
});
const sourceRoute = createRoute({
  getParentRoute: () => frameRoute,
  path: '/sources/$id',
  component: lazyRouteComponent(() => import('../pages/SourcePage.tsx'), 'SourcePage'),
});

const routeTree = rootRoute.addChildren([
  signInRoute,
  frameRoute.addChildren([
    overviewRoute,
    importRoute,
    importDetailRoute,
    reportRoute,
    reportDetailRoute,
    traceRoute,
    searchRoute,
    coverageRoute,
    deadlinesRoute,
    masterDataRoute,
    mappingsRoute,
    mappingRoute,
    verifyRoute,
    logRoute,
    networkRoute,
    governanceRoute,
    sourcesRoute,
    sourceRoute,
    accountsRoute,
  ]),
]);

/** Search parameters are texts: a code of digits only must not become a number. */
const stringifySearch = (search: Record<string, unknown>): string => {
  const texts = Object.entries(search).flatMap(([name, value]) =>
    typeof value === 'string' ? [[name, value]] : [],
  );
  return texts.length === 0 ? '' : `?${new URLSearchParams(texts).toString()}`;
};

/** The router of the console over one cache of server state. */
export const createConsoleRouter = (queryClient: QueryClient) =>
  createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: 'intent',
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch,
    scrollRestoration: true,
    defaultPendingComponent: Waiting,
    defaultNotFoundComponent: NotFound,
    defaultErrorComponent: Failed,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
