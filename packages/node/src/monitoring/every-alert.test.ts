// Every alert from what it watches for: raised by it, and cleared once it is over.
import { alertCodes } from '@suyuan/api';
import type { AlertCode } from '@suyuan/api';
import { expect, test } from 'vitest';

import { AlertBook } from './alert-book.ts';
import type { Contact } from './peer-watch.ts';
import type { NodePicture, Picture } from './picture.ts';
import { readingsOf } from './readings.ts';

const atMs = 1_000_000_000_000;
const dayMs = 86_400_000;
const longAgoMs = atMs - 3_600_000;
const waits = { count: 2, sinceMs: longAgoMs };

type Report = NonNullable<NodePicture['report']>;
type Machine = NonNullable<Report['machine']>;

const machine: Machine = {
  database: {},
  disk: { freeBytes: 90 * 2 ** 30, totalBytes: 100 * 2 ** 30 },
  acknowledgements: { count: 0 },
  unordered: { count: 0 },
  clockSkewMs: 20,
  certificateUntilMs: atMs + 90 * dayMs,
  alerts: 0,
};
const report: Report = {
  atMs,
  version: '1',
  height: 9,
  logSize: 8,
  checkpointSize: 8,
  missingPayloads: { count: 0 },
  unreachable: [],
  machine,
};
const contact: Contact = {
  silentSinceMs: undefined,
  reason: undefined,
  isRefusing: false,
  report,
  toldAtMs: atMs,
  roundTripMs: 1,
  clockSkewMs: 1,
  certificateUntilMs: undefined,
};
const signed = { checkpoints: 9, signed: 9, missedInRow: 0 };
const self: NodePicture = {
  organization: 'acme',
  role: 'validator',
  isSelf: true,
  contact: undefined,
  report,
  behind: undefined,
  cosignatures: signed,
};
const maker: NodePicture = { ...self, organization: 'maker', isSelf: false, contact };

const stored: NonNullable<Picture['stored']> = {
  missing: [],
  acknowledgements: { count: 0 },
  unordered: { count: 0 },
  splitViews: [],
  doubleVotes: [],
  databaseBytes: 1,
};
const good: Picture = {
  atMs,
  organization: 'acme',
  isManager: true,
  nodes: [self, maker],
  stored,
  ordering: { validators: 4, quorum: 3, silent: [], waitingFor: 0 },
  quorumLostSinceMs: undefined,
  checkpoint: { size: 8, logSize: 8, signedBy: [], needed: 3, lateSinceMs: undefined },
};

const withMaker = (change: Partial<NodePicture>): Picture => ({
  ...good,
  nodes: [self, { ...maker, ...change }],
});
const withSelf = (change: Partial<NodePicture>): Picture => ({
  ...good,
  nodes: [{ ...self, ...change }, maker],
});
const tells = (change: Partial<Machine>): Partial<NodePicture> => ({
  report: { ...report, machine: { ...machine, ...change } },
});
const behind = { blocks: 3, sinceMs: longAgoMs };
const space = (mebibytes: number): Partial<Machine> => ({
  disk: { freeBytes: mebibytes * 2 ** 20, totalBytes: 2 ** 40 },
});

/** The picture that shows it, and whom the alert is about. */
const cases: Readonly<Record<AlertCode, readonly [picture: Picture, about: 'acme' | 'maker']>> = {
  member_unreachable: [withMaker({ contact: { ...contact, silentSinceMs: longAgoMs } }), 'maker'],
  quorum_lost: [{ ...good, quorumLostSinceMs: longAgoMs }, 'acme'],
  node_behind: [withSelf({ behind }), 'acme'],
  member_behind: [withMaker({ behind }), 'maker'],
  ordering_stopped: [withMaker({ report: { ...report, orderingStoppedSinceMs: longAgoMs } }), 'maker'],
  cosignatures_missing: [withMaker({ cosignatures: { ...signed, missedInRow: 5 } }), 'maker'],
  checkpoint_late: [{ ...good, checkpoint: { ...good.checkpoint, lateSinceMs: longAgoMs } }, 'acme'],
  ordering_late: [withSelf(tells({ unordered: waits })), 'acme'],
  acknowledgements_late: [withSelf(tells({ acknowledgements: waits })), 'acme'],
  payloads_missing: [withMaker({ report: { ...report, missingPayloads: waits } }), 'maker'],
  split_view: [
    { ...good, stored: { ...stored, splitViews: [{ organization: 'maker', count: 1, lastMs: longAgoMs }] } },
    'maker',
  ],
  double_vote: [
    { ...good, stored: { ...stored, doubleVotes: [{ organization: 'maker', count: 1, lastMs: longAgoMs }] } },
    'maker',
  ],
  disk_low: [withMaker(tells(space(4_000))), 'maker'],
  disk_full: [withSelf(tells(space(200))), 'acme'],
  database_unreachable: [withMaker(tells({ database: { silentSinceMs: longAgoMs } })), 'maker'],
  clock_skew: [withSelf(tells({ clockSkewMs: -7_000 })), 'acme'],
  certificate_expiring: [withSelf(tells({ certificateUntilMs: atMs + 20 * dayMs })), 'acme'],
  certificate_ending: [withMaker(tells({ certificateUntilMs: atMs - dayMs })), 'maker'],
};

test.each(alertCodes)('[MO9] %s is raised by what it watches for, and over once that is', (code) => {
  const [bad, about] = cases[code];
  const book = new AlertBook({}, []);
  const rounds = [good, bad, bad, bad, good, good, good].map((picture) =>
    book
      .judge(
        readingsOf(picture, (id) => id),
        picture.atMs,
      )
      .filter(({ alert }) => alert.code === code)
      .map(({ state, alert }) => `${state} ${alert.organization}`),
  );
  // Evidence that is not there at all is over at once.
  const isGone = code === 'split_view' || code === 'double_vote';
  const over = [`cleared ${about}`];
  expect(rounds).toEqual([[], [], [`raised ${about}`], [], isGone ? over : [], isGone ? [] : over, []]);
});

test('[MO2] only the managing organisation raises alerts about the inside of others', () => {
  const book = new AlertBook({}, []);
  const bad: Picture = { ...withMaker(tells(space(1))), isManager: false };
  for (let round = 0; round < 3; round += 1) expect(book.judge(readingsOf(bad, String), atMs)).toEqual([]);
});
