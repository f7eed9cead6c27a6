/** Starts the console: languages first, then the router with its pages. */
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './app/console.css';
import { ThemedApp } from './app/ThemedApp.tsx';
import { createConsoleRouter } from './app/router.tsx';
import { ProblemError } from './client/call.ts';
import { sessionQuery } from './client/queries.ts';
import { startLanguages } from './i18n/i18n.ts';

await startLanguages();

/** A refusal stays a refusal when asked again; only faults are worth another try. */
const worthRetrying = (failures: number, error: Error): boolean =>
  failures < 2 && error instanceof ProblemError && (error.status === 0 || error.status >= 500);

/** A session that has ended leads to the sign-in page, and from there back to where it ended. */
const onError = (error: Error): void => {
  if (!(error instanceof ProblemError) || error.code !== 'sign_in_required') return;
  queryClient.setQueryData(sessionQuery.queryKey, null);
  void router.invalidate();
};

const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { retry: worthRetrying, staleTime: 5_000, refetchOnWindowFocus: true } },
});
const router = createConsoleRouter(queryClient);

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no element with the id root');
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <ThemedApp>
        <RouterProvider router={router} />
      </ThemedApp>
    </QueryClientProvider>
  </StrictMode>,
);
