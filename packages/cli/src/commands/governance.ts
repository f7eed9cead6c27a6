// Acts of governance: previewed by the rules of the ledger, sent only with --yes, followed until they are decided or
// wait for votes (docs/governance.md).
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

import type { Answer } from '../answer.ts';
import { answer, lines, table } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';
import { connectNode } from '../node-client.ts';
import {
  choiceOption,
  parseRecordName,
  parseWhole,
  requiredOption,
  textOption,
  wholeOption,
} from '../option-values.ts';

/** What is wanted, as the node's contract has it (governanceWish). */
type Wish = Readonly<Record<string, unknown>>;

const POLL_MS = 100;
/** Polls before the command says where the act stands and ends: a minute. */
const POLLS_MAX = 600;
const voidReasons = [
  'mistake',
  'duplicate',
  'replaced',
  'personal_data',
  'unlawful',
  'court_order',
  'other',
] as const;
const keyPurposes = ['statement', 'log', 'cosigning', 'transport', 'validator'] as const;

/** A command that makes one wish of its arguments. */
export function acting(
  wishOf: (
    given: readonly (string | readonly string[] | undefined)[],
    options: OptionValues,
  ) => Wish | Promise<Wish>,
): Action {
  return async ({ arguments: given, options, terminal }) => {
    const wish = await wishOf(given, options);
    const node = connectNode(options, terminal);
    const preview = asMembers(await node.ask('governance/preview', { method: 'POST', json: wish }));
    if (options['yes'] !== true || preview['isAllowed'] !== true) return showPreview(preview);
    const begun = asMembers(
      await node.ask('governance/acts', {
        method: 'POST',
        json: wish,
        headers: { 'idempotency-key': randomUUID() },
      }),
    );
    return showPlan(await follow(node, begun));
  };
}

function showPreview(preview: Members): Answer {
  const acts = membersIn(preview, 'acts');
  const isAllowed = preview['isAllowed'] === true;
  const text = acts.map((act) => {
    const refusal = act['refusal'] === undefined ? undefined : asMembers(act['refusal']);
    const votes = act['votes'] === undefined ? undefined : asMembers(act['votes']);
    return lines(
      sentence(act['sentence']),
      ...membersIn(act, 'harms').map((harm) => `  ! ${shown(harm, 'en')}`),
      refusal && `  refused: ${sentence(refusal['message'])} [${shown(refusal, 'code')}]`,
      votes && `  waits for ${shown(votes, 'needed')} approvals; asked: ${listed(votes['missing'])}`,
    );
  });
  const touched = preview['touched'] === undefined ? undefined : asMembers(preview['touched']);
  const tail = lines(
    touched && `It touches ${shown(touched, 'records')} records, held by ${listed(touched['holders'])}.`,
    isAllowed ? 'Nothing was sent. Repeat with --yes to sign and send it.' : 'Nothing was sent.',
  );
  return { json: { ...preview, sent: false }, text: text.join('') + tail, isPositive: isAllowed };
}

/** Asks until every act is settled, waits for votes, or waits for one that does. */
async function follow(node: NodeClient, begun: Members): Promise<Members> {
  let plan = begun;
  for (let polls = 0; polls < POLLS_MAX; polls += 1) {
    const acts = membersIn(plan, 'acts').map(({ status }) => status);
    const isBlocked = acts.includes('pending');
    if (!acts.includes('sending') && (isBlocked || !acts.includes('planned'))) break;
    await delay(POLL_MS);
    plan = asMembers(await node.ask(`governance/plans/${numberIn(begun, 'plan')}`));
  }
  return plan;
}

function showPlan(plan: Members): Answer {
  const acts = membersIn(plan, 'acts');
  const text = acts.map((act) => {
    const refusal = act['refusal'] === undefined ? undefined : asMembers(act['refusal']);
    const votes = act['votes'] === undefined ? undefined : asMembers(act['votes']);
    return lines(
      `${shown(act, 'status')}  entry ${shown(act, 'entry') || '-'}  ${sentence(act['sentence'])}`,
      refusal && `  ${sentence(refusal['message'])} [${shown(refusal, 'code')}]`,
      votes && `  waits for: ${listed(votes['missing'])}`,
    );
  });
  const isPositive = acts.every(({ status }) =>
    ['applied', 'pending', 'planned', 'sending'].includes(String(status)),
  );
  return { json: { ...plan, sent: true }, text: text.join(''), isPositive };
}

function sentence(text: unknown): string {
  return shown(asMembers(text ?? {}), 'en');
}

function listed(list: unknown): string {
  return Array.isArray(list) && list.length > 0 ? list.join(', ') : 'nobody';
}

function one(given: readonly unknown[], place: number): string {
  const value = given[place];
  if (typeof value === 'string') return value;
  throw new CommandFailure('usage_wrong', 'an argument is missing');
}

function many(given: readonly unknown[], place: number): string[] {
  const value = given[place];
  return Array.isArray(value) ? value.map(String) : [];
}

/** A list with commas between, or undefined. */
function list(options: OptionValues, name: string): string[] | undefined {
  return textOption(options, name)
    ?.split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The members that have a value. */
function present(members: Wish): Wish {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

/** `modules set ORG KIND...` */
export const setModules: Action = acting((given, options) => {
  const businessType = textOption(options, 'preset');
  const kinds = many(given, 1);
  if ((businessType === undefined) === (kinds.length === 0) && options['none'] !== true)
    throw new CommandFailure('option_missing', 'Name the record kinds, or --preset TYPE, or --none.');
  const organization = one(given, 0);
  return businessType === undefined
    ? { kind: 'modules', organization, recordKinds: kinds }
    : { kind: 'modules', organization, businessType };
});

/** `organization admit REQUEST` */
export const admit: Action = acting((given, options) =>
  present({
    kind: 'admission',
    request: parseWhole(one(given, 0), 'REQUEST', 1, Number.MAX_SAFE_INTEGER),
    recordKinds: list(options, 'kinds'),
    channels: list(options, 'channels')?.map((text) => parseWhole(text, '--channels', 1, 65_536)),
  }),
);

function statusSetter(status: 'active' | 'suspended' | 'retired'): Action {
  return acting((given) => ({ kind: 'organization', organization: one(given, 0), status }));
}

/** `organization suspend ID` */
export const suspend: Action = statusSetter('suspended');
/** `organization resume ID` */
export const resume: Action = statusSetter('active');
/** `organization retire ID` */
export const retire: Action = statusSetter('retired');

/** `organization role ID ROLE` */
export const changeRole: Action = acting((given, options) => {
  const role = choiceOption({ role: one(given, 1) }, 'role', 'ROLE', ['validator', 'observer', 'hosted']);
  return present({
    kind: 'organization',
    organization: one(given, 0),
    role,
    host: textOption(options, 'host'),
  });
});

/** `key rotate PURPOSE...` */
export const rotateKeys: Action = acting((given) => {
  const purposes = many(given, 0).flatMap(
    (purpose) => choiceOption({ purpose }, 'purpose', 'PURPOSE', keyPurposes) ?? [],
  );
  return { kind: 'key_rotation', purposes };
});

function channelMembers(options: OptionValues): Wish {
  return {
    kind: 'channel',
    invite: list(options, 'invite'),
    remove: list(options, 'remove'),
    recordKinds: list(options, 'kinds'),
    acknowledgements: wholeOption(options, 'acknowledgements', '--acknowledgements', [0, 128]),
    keepsPayloads: options['payloads'] === undefined ? undefined : options['payloads'] === true,
  };
}

/** `channel open` */
export const openChannel: Action = acting((_given, options) => present(channelMembers(options)));

/** `channel change CHANNEL` */
export const changeChannel: Action = acting((given, options) =>
  present({
    ...channelMembers(options),
    channel: parseWhole(one(given, 0), 'CHANNEL', 1, 65_536),
    status: options['close'] === true ? 'closed' : undefined,
  }),
);

/** `policy set` */
export const setPolicy: Action = acting((_given, options) =>
  present({
    kind: 'policy',
    voidApprovals: wholeOption(options, 'voidApprovals', '--void-approvals', [0, 16]),
    reporterVoidApprovals: wholeOption(
      options,
      'reporterVoidApprovals',
      '--reporter-void-approvals',
      [0, 16],
    ),
    codes: choiceOption(options, 'codes', '--codes', ['lenient', 'strict']),
    backupDaysMax: wholeOption(options, 'backupDays', '--backup-days', [0, 3650]),
    isLogPublic:
      choiceOption(options, 'publicLog', '--public-log', ['yes', 'no']) === undefined
        ? undefined
        : textOption(options, 'publicLog') === 'yes',
  }),
);

/** `void RECORD...` */
export const voidRecords: Action = acting((given, options) => {
  const reason = choiceOption(options, 'reason', '--reason', voidReasons);
  if (reason === undefined) throw new CommandFailure('option_missing', '--reason is required.');
  return present({
    kind: 'void',
    records: records(many(given, 0)),
    mode: options['erase'] === true ? 'erase' : 'keep',
    reason,
    replacements: list(options, 'replacedBy'),
    note: textOption(options, 'note'),
  });
});

/** `resolve RECORD...` */
export const resolveConflict: Action = acting((given, options) =>
  present({
    kind: 'resolution',
    records: records(many(given, 0)),
    upheld: list({ upheld: requiredOption(options, 'upheld', '--upheld') }, 'upheld') ?? [],
    note: textOption(options, 'note'),
  }),
);

function records(names: string[]): string[] {
  for (const name of names) parseRecordName(name);
  return names;
}

function vote(approves: boolean): Action {
  return acting((given) => ({
    kind: 'vote',
    entry: parseWhole(one(given, 0), 'ENTRY', 0, Number.MAX_SAFE_INTEGER),
    approves,
  }));
}

/** `proposal approve ENTRY` */
export const approve: Action = vote(true);
/** `proposal reject ENTRY` */
export const rejectProposal: Action = vote(false);

/** `proposal list` */
export const listProposals: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const found = asMembers(await node.ask('governance/proposals'));
  const rows = membersIn(found, 'items').map((item) => [
    shown(item, 'entry'),
    shown(item, 'issuer'),
    sentence(item['sentence']),
    `waits for ${listed(asMembers(item['votes'])['missing'])}`,
    item['mayVote'] === true ? '<- yours to answer' : '',
  ]);
  return answer(found, rows.length === 0 ? 'Nothing waits for votes.\n' : table(rows));
};

/** `proposal history` */
export const history: Action = async ({ options, terminal }) => {
  const node = connectNode(options, terminal);
  const query = { limit: 200, organization: textOption(options, 'organization') };
  const found = asMembers(await node.ask('governance/history', { query }));
  const rows = membersIn(found, 'items').map((item) => [
    shown(item, 'entry'),
    shown(item, 'at'),
    shown(item, 'issuer'),
    shown(item, 'outcome'),
    sentence(item['sentence']),
  ]);
  return answer(found, rows.length === 0 ? 'There are no acts yet.\n' : table(rows));
};
