// Sources over HTTP: bound, tried, run, followed, and those of members started (packages/api/src/sources.ts).
import {
  cancelSourceRun,
  changeSource,
  createSource,
  getSource,
  getSourceRun,
  listMemberStarts,
  listOpenedSources,
  listSourceExceptions,
  listSourceRuns,
  listSources,
  listSourceStarts,
  pageSizeDefault,
  previewSource,
  removeSource,
  replaceSource,
  runOpenedSource,
  runSource,
} from '@suyuan/api';
import type { SourceDraft, SourceSettings } from '@suyuan/api';
import { networkOf } from '@suyuan/ledger';
import type { View } from '@suyuan/ledger';
import { ok } from '@suyuan/log';
import type { Result } from '@suyuan/log';

import type { PeerClient } from '../../replication/peer-client.ts';
import { chooseSecret } from '../../source/bind-secret.ts';
import type { SecretRejection } from '../../source/bind-secret.ts';
import { askOpened, askStart, askStarts } from '../../source/peer-sources.ts';
import { listStarts, logStart } from '../../source/start-log.ts';
import { showExceptions } from '../../source/show-exceptions.ts';
import { showFailure, showRunDetail, showRuns, showSources } from '../../source/show-source.ts';
import type { ShownSource } from '../../source/show-source.ts';
import { SourceFault } from '../../source/source-fault.ts';
import {
  addSource,
  checkDraft,
  checkFolder,
  checkMappings,
  findSource,
  removeSourceRow,
  replaceSourceRow,
  turnSource,
} from '../../source/source-store.ts';
import type { StoredSource } from '../../source/source-store.ts';
import type { Sources } from '../../source/sources.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';
import type { Problem } from '../problem.ts';

/** What these routes need. */
export interface SourceRouteDeps {
  readonly sources: Sources;
  readonly client: Pick<PeerClient, 'send'>;
  readonly organization: string;
  readonly view: () => View;
}

/** The routes of sources. */
export function sourceBindings(deps: SourceRouteDeps): readonly Binding[] {
  return [
    ...readingBindings(deps.sources),
    ...bindingBindings(deps.sources),
    ...runningBindings(deps.sources),
    ...memberBindings(deps),
  ];
}

async function shown({ deps }: Sources, id: number): Promise<ShownSource | Problem<'source_not_found'>> {
  const [source] = await showSources(deps.database, deps.clock.now(), id);
  return source ?? problem('source_not_found');
}

/** A cursor that is a number; undefined for any other. */
function before(after: string | undefined): number | undefined {
  if (after === undefined) return Number.MAX_SAFE_INTEGER;
  return /^\d{1,15}$/.test(after) ? Number(after) : undefined;
}

function readingBindings(sources: Sources): readonly Binding[] {
  const { database, clock } = sources.deps;
  const cursorWrong = (): Problem<'request_invalid'> =>
    problem('request_invalid', { detail: 'after: not a cursor' });
  return [
    handle(listSources, async () => ({ items: await showSources(database, clock.now()) })),
    handle(getSource, async ({ params }) => await shown(sources, params.id)),
    handle(listSourceRuns, async ({ params, query }) => {
      const { limit = pageSizeDefault } = query;
      const from = before(query.after);
      if (from === undefined) return cursorWrong();
      if ((await findSource(database, params.id)) === undefined) return problem('source_not_found');
      const found = await showRuns(database, params.id, from, limit + 1);
      const next = found.length > limit ? found[limit - 1]?.id : undefined;
      return { items: found.slice(0, limit), ...(next === undefined ? {} : { next: String(next) }) };
    }),
    handle(getSourceRun, async ({ params }) => {
      return (await showRunDetail(database, params.id, params.run)) ?? problem('source_run_not_found');
    }),
    handle(listSourceExceptions, async ({ params, query }) => {
      if ((await findSource(database, params.id)) === undefined) return problem('source_not_found');
      const found = await showExceptions(database, params.id, query.after, query.limit ?? pageSizeDefault);
      return found ?? cursorWrong();
    }),
  ];
}

type Bound = { readonly secret: string | null; readonly isNew: boolean };

/** Writes a new secret to its file, or gives the name of the one that stays. */
async function bindSecret(
  { deps }: Sources,
  { settings, secret }: Pick<SourceDraft, 'settings' | 'secret'>,
  stored: StoredSource | undefined,
): Promise<Result<Bound, SecretRejection>> {
  const isStored = stored !== undefined && stored.secret !== null;
  const choice = chooseSecret(settings, secret, isStored ? stored.settings : undefined);
  if (!choice.ok) return choice;
  if (choice.value === 'new' && secret !== undefined)
    return ok({ secret: await deps.secrets.keep(secret), isNew: true });
  return ok({ secret: choice.value === 'stored' ? (stored?.secret ?? null) : null, isNew: false });
}

async function draftProblem(
  { deps }: Sources,
  settings: SourceSettings,
): Promise<Problem<'source_refused' | 'kind_unknown'> | undefined> {
  const refused =
    checkDraft(settings) ??
    (await checkFolder(settings, deps.folders)) ??
    (await checkMappings(deps.database, settings));
  if (refused === undefined) return undefined;
  return 'reason' in refused ? problem(refused.code, { reason: refused.reason }) : problem(refused.code);
}

function bindingBindings(sources: Sources): readonly Binding[] {
  const { database, clock, secrets } = sources.deps;
  const wake = async (): Promise<void> => await (await sources.worker()).wake();
  return [
    handle(createSource, async ({ body, caller }) => {
      const refused = await draftProblem(sources, body.settings);
      if (refused !== undefined) return refused;
      const bound = await bindSecret(sources, body, undefined);
      if (!bound.ok) return problem(bound.error.code, { reason: bound.error.reason });
      const { secret } = bound.value;
      const added = await addSource(database, { draft: body, secret, nowMs: clock.now() }, caller.name);
      if (!added.ok) {
        if (secret !== null) await secrets.remove(secret);
        return problem(added.error.code);
      }
      await wake();
      const source = await shown(sources, added.value);
      if ('facts' in source) throw new Error('a source that was just bound is gone');
      return source;
    }),
    handle(replaceSource, async ({ params, body }) => {
      const refused = await draftProblem(sources, body.settings);
      if (refused !== undefined) return refused;
      const stored = await findSource(database, params.id);
      if (stored === undefined) return problem('source_not_found');
      const bound = await bindSecret(sources, body, stored);
      if (!bound.ok) return problem(bound.error.code, { reason: bound.error.reason });
      const { secret, isNew } = bound.value;
      const changed = await replaceSourceRow(database, params.id, {
        draft: body,
        secret,
        nowMs: clock.now(),
      });
      if (!changed.ok) {
        if (isNew && secret !== null) await secrets.remove(secret);
        return problem(changed.error.code);
      }
      if (stored.secret !== null && stored.secret !== secret) await secrets.remove(stored.secret);
      await wake();
      return await shown(sources, params.id);
    }),
    handle(changeSource, async ({ params, body }) => {
      const changed = await turnSource(database, params.id, body, clock.now());
      if (!changed.ok) return problem(changed.error.code);
      await wake();
      return await shown(sources, params.id);
    }),
    handle(removeSource, async ({ params }) => {
      const removed = await removeSourceRow(database, params.id);
      if (!removed.ok) return problem(removed.error.code);
      if (removed.value !== null) await secrets.remove(removed.value);
      return undefined;
    }),
  ];
}

function runningBindings(sources: Sources): readonly Binding[] {
  const { deps } = sources;
  return [
    handle(previewSource, async ({ body, signal }) => {
      const refused = await draftProblem(sources, body.settings);
      if (refused !== undefined) return refused;
      const stored = body.source === undefined ? undefined : await findSource(deps.database, body.source);
      if (body.source !== undefined && stored === undefined) return problem('source_not_found');
      const choice = chooseSecret(
        body.settings,
        body.secret,
        stored?.secret == null ? undefined : stored.settings,
      );
      if (!choice.ok) return problem(choice.error.code, { reason: choice.error.reason });
      const name = choice.value === 'stored' ? stored?.secret : undefined;
      const secret = name == null ? body.secret : await deps.secrets.read(name);
      const { preview } = await import('../../source/preview-source.ts');
      try {
        return await preview(deps, { settings: body.settings, kind: body.kind, secret, signal });
      } catch (error) {
        if (error instanceof SourceFault) return problem('source_failed', { failure: showFailure(error) });
        if (error instanceof DOMException && error.name === 'TimeoutError')
          return problem('source_failed', { failure: showFailure({ code: 'timed_out' }) });
        throw error;
      }
    }),
    handle(runSource, async ({ params, caller }) => {
      const worker = await sources.worker();
      const begun = await worker.run(params.id, 'command', caller.name);
      if (!begun.ok) return problem(begun.error.code);
      const [run] = await showRuns(deps.database, params.id, begun.value + 1, 1);
      return run ?? problem('source_not_found');
    }),
    handle(cancelSourceRun, async ({ params }) => {
      const worker = await sources.worker();
      return (await worker.cancel(params.id, params.run)) ? undefined : problem('source_run_not_found');
    }),
  ];
}

function memberBindings({ sources, client, organization, view }: SourceRouteDeps): readonly Binding[] {
  const { database, clock } = sources.deps;
  /** Only the managing organisation asks, and not itself. */
  const refusal = (member: string): Problem<'member_refused'> | undefined => {
    if (networkOf(view()).managing !== organization)
      return problem('member_refused', { reason: 'peer_not_permitted' });
    return member === organization ? problem('member_refused', { reason: 'own_organization' }) : undefined;
  };
  return [
    handle(listOpenedSources, async ({ params }) => {
      const refused = refusal(params.organization);
      if (refused !== undefined) return refused;
      const found = await askOpened(client, params.organization);
      return found.ok ? { items: found.value } : problem(found.error.code, { reason: found.error.reason });
    }),
    handle(runOpenedSource, async ({ params, caller }) => {
      const refused = refusal(params.organization);
      if (refused !== undefined) return refused;
      const begun = await askStart(client, params.organization, params.id);
      await logStart(database, {
        account: caller.account,
        name: caller.name,
        member: params.organization,
        source: params.id,
        outcome: begun.ok ? 'accepted' : begun.error.reason,
        at: new Date(clock.now()),
        ...(begun.ok ? { run: begun.value } : {}),
      });
      return begun.ok ? { run: begun.value } : problem(begun.error.code, { reason: begun.error.reason });
    }),
    handle(listSourceStarts, async ({ query }) => {
      const { limit = pageSizeDefault, member } = query;
      const from = before(query.after);
      if (from === undefined) return problem('request_invalid', { detail: 'after: not a cursor' });
      const whose = member === undefined ? {} : { member };
      return await listStarts(database, { ...whose, before: from, limit });
    }),
    handle(listMemberStarts, async ({ params }) => {
      const refused = refusal(params.organization);
      if (refused !== undefined) return refused;
      const found = await askStarts(client, params.organization);
      return found.ok ? { items: found.value } : problem(found.error.code, { reason: found.error.reason });
    }),
  ];
}
