// Sources between nodes: the managing organisation asks a member which sources were opened to it, starts one, and reads
// which starts the member has written down. Requests are signed as all between nodes; rows never leave the member
// (spec/source.md, D21, D22).
import { memberStartsMax, openedSource, sourceStart } from '@suyuan/api';
import type { OpenedSource, SourceStart } from '@suyuan/api';
import type { Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';
import { Type } from 'typebox';
import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

import type { Database } from '../database/database.ts';
import type { PeerClient, PeerFailure } from '../replication/peer-client.ts';
import { showSources } from './show-source.ts';

/** Where nodes ask each other about sources. */
export const SOURCES_PATH = '/peer/v1/sources';

const answerBytesMax = 65_536;
const timeoutMs = 15_000;
const sourcesShownMax = 64;
const listAnswer = Type.Object({ items: Type.Array(openedSource, { maxItems: sourcesShownMax }) });
const startsAnswer = Type.Object({ items: Type.Array(sourceStart, { maxItems: memberStartsMax }) });
const runAnswer = Type.Object({ run: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });

/** Why a member gives no answer that can be used. */
export type MemberRejection =
  | { readonly code: 'member_not_reached'; readonly reason: string }
  | { readonly code: 'member_refused'; readonly reason: string };

/** State and counts of the sources that were opened: all that the managing organisation sees. */
export async function listOpened(database: Database, nowMs: number): Promise<OpenedSource[]> {
  const sources = await showSources(database, nowMs);
  return sources
    .filter(({ openToManager }) => openToManager)
    .map(({ id, settings, state, running, lastRun }) => ({
      id,
      kinds: settings.streams.map(({ kind }) => kind),
      state,
      running: running !== undefined,
      ...(lastRun === undefined
        ? {}
        : {
            lastRun: {
              id: lastRun.id,
              status: lastRun.status,
              ...(lastRun.finishedAt === undefined ? {} : { finishedAt: lastRun.finishedAt }),
              rows: lastRun.rows,
              staged: lastRun.staged,
              errors: lastRun.errors,
            },
          }),
    }));
}

/** Asks a member for the sources that it opened. */
export async function askOpened(
  client: Pick<PeerClient, 'send'>,
  organization: string,
): Promise<Result<OpenedSource[], MemberRejection>> {
  const answer = await ask(client, organization, 'GET', SOURCES_PATH, listAnswer);
  return answer.ok ? ok(answer.value.items) : answer;
}

/** Asks a member to start a source; the number of the run. */
export async function askStart(
  client: Pick<PeerClient, 'send'>,
  organization: string,
  source: number,
): Promise<Result<number, MemberRejection>> {
  const answer = await ask(client, organization, 'POST', `${SOURCES_PATH}/${source}/runs`, runAnswer);
  return answer.ok ? ok(answer.value.run) : answer;
}

/** Asks a member which of our starts are in its log. */
export async function askStarts(
  client: Pick<PeerClient, 'send'>,
  organization: string,
): Promise<Result<SourceStart[], MemberRejection>> {
  const answer = await ask(client, organization, 'GET', `${SOURCES_PATH}/starts`, startsAnswer);
  return answer.ok ? ok(answer.value.items) : answer;
}

async function ask<S extends TSchema>(
  client: Pick<PeerClient, 'send'>,
  organization: string,
  method: 'GET' | 'POST',
  target: string,
  schema: S,
): Promise<Result<Static<S>, MemberRejection>> {
  const sent = await client.send({ organization, method, target, answerBytesMax, timeoutMs });
  if (!sent.ok) return reject(rejectionOf(sent.error));
  const value = parseAnswer(sent.value);
  const answer = Compile(schema);
  if (answer.Check(value)) return ok(value);
  return reject({ code: 'member_not_reached', reason: 'answer_malformed' });
}

function parseAnswer(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

function rejectionOf(failure: PeerFailure): MemberRejection {
  if (failure.code !== 'peer_refused') return { code: 'member_not_reached', reason: failure.code };
  if (failure.status >= 500)
    return { code: 'member_not_reached', reason: failure.problem ?? `http_${failure.status}` };
  return { code: 'member_refused', reason: failure.problem ?? `http_${failure.status}` };
}
