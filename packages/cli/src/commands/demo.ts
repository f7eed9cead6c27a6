// `suyuan demo`: a demonstration or test network of up to seven organisations in this process (docs/cli.md).
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

import type { Demonstration, DemonstrationOptions, DemoType } from '@suyuan/node';
import { demoTypes, readSettings, smallDemonstration, startDemonstration } from '@suyuan/node';

import { lines, table } from '../answer.ts';
import type { Action, OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { choiceOption, textOption, wholeOption } from '../option-values.ts';
import { startBar, startSteps } from '../progress.ts';
import { serveUntilSignal, watchBreakage } from '../serve-until-signal.ts';
import type { Terminal } from '../terminal.ts';

/** The first of its ports unless said. */
const PORT = 8701;
const PORT_MAX = 65_535 - demoTypes.length;
const FOLDER = join('data', 'demo');
/** How often a terminal that nobody watches is told about records being loaded, in parts of all. */
const TOLD_PARTS = 4;

/** Runs the demonstration. */
export const demo: Action = async ({ options, terminal, isJson }) => {
  const ordering = choiceOption(options, 'ordering', '--ordering', ['solo', 'cometbft']);
  const content = contentOf(options);
  await using folder = await openFolder(options);
  const settings = readSettings(process.env, {
    dataDir: folder.path,
    port: wholeOption(options, 'port', '--port', [0, PORT_MAX]) ?? PORT,
  });
  const breakage = watchBreakage();
  const progress = await startSteps(terminal);
  const filling = { move: (_done: number, _total: number): void => undefined };
  const demonstration = await startDemonstration({
    settings,
    ...content,
    ...(ordering === undefined ? {} : { ordering }),
    onProgress: progress.tell,
    onFilling: (done, total) => filling.move(done, total),
    onBroken: breakage.onBroken,
  }).finally(progress.stop);
  const { document } = demonstration;
  terminal.print(isJson ? `${JSON.stringify(document)}\n` : readyText(demonstration, !folder.isThrownAway));
  const bar = await showFilling(demonstration, terminal, isJson);
  filling.move = bar.move;
  await serveUntilSignal(
    async () => {
      bar.stop();
      await demonstration.stop();
    },
    breakage,
    terminal,
  );
  return undefined;
};

type Content = Pick<DemonstrationOptions, 'businessTypes' | 'content'>;

function contentOf(options: OptionValues): Content {
  const types = textOption(options, 'types');
  const isEmpty = options['empty'] === true;
  if (options['small'] === true) {
    if (types !== undefined)
      throw new CommandFailure('option_malformed', '--small says who takes part; leave out --types.');
    return isEmpty ? { ...smallDemonstration, content: 'nothing' } : smallDemonstration;
  }
  return {
    ...(types === undefined ? {} : { businessTypes: parseTypes(types) }),
    ...(isEmpty ? { content: 'nothing' } : {}),
  };
}

function parseTypes(text: string): readonly DemoType[] {
  return text.split(',').map((name) => {
    const type = demoTypes.find((one) => one === name.trim());
    if (type !== undefined) return type;
    const known = demoTypes.join(', ');
    throw new CommandFailure('option_malformed', `--types is a list, with commas, of: ${known}.`);
  });
}

interface Folder extends AsyncDisposable {
  readonly path: string;
  readonly isThrownAway: boolean;
}

/** The folder for the data; a new one that is removed in the end where `--throw-away` says so. */
async function openFolder(options: OptionValues): Promise<Folder> {
  const given = textOption(options, 'data');
  if (options['throwAway'] !== true) {
    const path = given ?? FOLDER;
    return { path, isThrownAway: false, [Symbol.asyncDispose]: async () => await Promise.resolve() };
  }
  if (given !== undefined)
    throw new CommandFailure('option_malformed', '--throw-away makes a folder of its own; leave out --data.');
  const path = await mkdtemp(join(tmpdir(), 'suyuan-demo-'));
  await chmod(path, 0o755); // started by root, PostgreSQL runs as another user and goes through it
  return {
    path,
    isThrownAway: true,
    [Symbol.asyncDispose]: async () => await rm(path, { recursive: true, force: true }),
  };
}

/** Shows how far loading the year is: drawn where a person watches, else told a few times. */
async function showFilling(
  { content, filled }: Demonstration,
  terminal: Terminal,
  isJson: boolean,
): Promise<{ readonly move: (done: number, total: number) => void; readonly stop: () => void }> {
  filled.catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    terminal.say(`Loading the year has stopped: ${reason}. The next start goes on with it.\n`);
  });
  if (content !== 'year') return { move: () => undefined, stop: () => undefined };
  const bar = await startBar('A year of records', terminal, isJson);
  let told = 0;
  return {
    move: (done, total) => {
      bar.move(done, total);
      const part = Math.floor((done * TOLD_PARTS) / total);
      if (done === total) bar.stop();
      if (part === told || (terminal.isWatched && !isJson)) return;
      told = part;
      terminal.say(`A year of records: ${done} of ${total} are reported.\n`);
    },
    stop: bar.stop,
  };
}

function readyText(demonstration: Demonstration, isKept: boolean): string {
  const { document, file } = demonstration;
  const { organizations } = document;
  const roles = ['administrator', 'operator', 'auditor', 'viewer'] as const;
  const passwords = organizations.map(({ name, users }) => [
    name,
    ...roles.map((role) => users.find((user) => user.role === role)?.password ?? ''),
  ]);
  const end = isKept ? 'Ctrl-C stops everything; the data stays.' : 'Ctrl-C stops and removes everything.';
  return [
    lines('', 'The demonstration is ready. 演示已就绪。', ''),
    table(organizations.map(({ name, url }) => [`  ${name}`, url])),
    lines('', 'Sign in with one of these user names and its password:', ''),
    table([['  ', ...roles], ...passwords.map(([name, ...rest]) => [`  ${name}`, ...rest])]),
    tryText(demonstration),
    lines('', `Addresses, passwords and tokens are in ${shortest(file)}. ${end}`),
  ].join('');
}

/** Commands to try as the operator of the battery maker; nothing where there is none. */
function tryText({ document, file, example }: Demonstration): string {
  const { organizations, trustPolicy } = document;
  const maker = organizations.findIndex(({ role }) => role === 'battery_maker');
  if (maker < 0) return '';
  const token = `require(${JSON.stringify(file)}).organizations[${maker}].tokens.operator`;
  return lines(
    '',
    'To try in another terminal, as the operator of the battery maker:',
    '',
    `  export SUYUAN_URL=${organizations[maker]?.url}`,
    `  export SUYUAN_TOKEN=$(node -p '${token}')`,
    '',
    example === undefined ? undefined : `  npx suyuan trace ${example}`,
    '  npx suyuan import battery_module samples/modules-with-mistakes.xlsx',
    '  npx suyuan receipt --latest --format bundle --out receipt.json',
    `  npx suyuan verify receipt.json --policy ${shortest(trustPolicy)} --fresh none`,
  );
}

function shortest(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short;
}
