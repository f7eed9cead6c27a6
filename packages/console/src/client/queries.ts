/** Server state that several pages read, and the acts of a session. */
import {
  changePassword as changePasswordRoute,
  getLog,
  getOrganization,
  getSession,
  listAttachments,
  listBatches,
  listImportAttachments,
  listKinds,
  listMappings,
  signIn as signInRoute,
  signOut as signOutRoute,
  type AnswerOf,
} from '@suyuan/api';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call, ProblemError } from './call.ts';

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<AnswerOf<typeof getSession> | null> => {
    try {
      return await call(getSession);
    } catch (error) {
      if (error instanceof ProblemError && error.status === 401) return null;
      throw error;
    }
  },
  staleTime: 60_000,
});

export const organizationQuery = queryOptions({
  queryKey: ['organization'],
  queryFn: () => call(getOrganization),
});

export const kindsQuery = queryOptions({
  queryKey: ['kinds'],
  queryFn: () => call(listKinds),
  staleTime: 60_000,
});

/** Files that records name and that have not come to this node; the first two hundred. */
export const missingAttachmentsQuery = queryOptions({
  queryKey: ['attachments', 'missing'],
  queryFn: () => call(listAttachments, { query: { status: 'missing', limit: 200 } }),
  refetchInterval: 30_000,
});

/** Files that the staged records of an import name and that are still to be uploaded. */
export const importFilesQuery = (id: number) =>
  infiniteQueryOptions({
    queryKey: ['import', id, 'attachments'],
    queryFn: ({ pageParam }) =>
      call(listImportAttachments, {
        params: { id },
        query: { limit: 100, ...(pageParam === '' ? {} : { after: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });

/** The saved mappings that read records of the kind; a choice shows the first 200. */
export const mappingsQuery = (kind: string) =>
  queryOptions({
    queryKey: ['mappings', 'of', kind],
    queryFn: () => call(listMappings, { query: { kind, limit: 200 } }),
  });

export const logQuery = queryOptions({
  queryKey: ['log'],
  queryFn: () => call(getLog),
  refetchInterval: 10_000,
});

/** What is staged, newest first, 200 batches a page. */
export const stagedQuery = infiniteQueryOptions({
  queryKey: ['batches', 'staged'],
  queryFn: ({ pageParam }) =>
    call(listBatches, {
      query: { status: 'staged', limit: 200, ...(pageParam === '' ? {} : { after: pageParam }) },
    }),
  initialPageParam: '',
  getNextPageParam: (last) => last.next,
});

export const signIn = (credentials: { readonly name: string; readonly password: string }) =>
  call(signInRoute, { json: credentials });

export const signOut = () => call(signOutRoute);

export const changePassword = (passwords: { readonly password: string; readonly newPassword: string }) =>
  call(changePasswordRoute, { json: passwords });
