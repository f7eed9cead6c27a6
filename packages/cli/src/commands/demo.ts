// `suyuan demo`: three organisations in this process, with sample records (docs/cli.md).
import { join, relative } from 'node:path';

import type { DemoDocument } from '@suyuan/node';
import { readSettings, startDemonstration } from '@suyuan/node';

import { lines, table } from '../answer.ts';
import type { Action } from '../definition.ts';
import { parseWhole, textOption } from '../option-values.ts';
import { startSteps } from '../progress.ts';
import { serveUntilSignal, watchBreakage } from '../serve-until-signal.ts';

/** The first of its ports unless said. */
const PORT = 8701;
const FOLDER = join('data', 'demo');

/** Runs the demonstration. */
export const demo: Action = async ({ options, terminal, isJson }) => {
  const port = textOption(options, 'port');
  const settings = readSettings(process.env, {
    dataDir: textOption(options, 'data') ?? FOLDER,
    port: port === undefined ? PORT : parseWhole(port, '--port', 0, 65_533),
  });
  const breakage = watchBreakage();
  const progress = await startSteps(terminal);
  const demonstration = await startDemonstration({
    settings,
    onProgress: progress.tell,
    onBroken: breakage.onBroken,
  }).finally(progress.stop);
  const { document, file } = demonstration;
  terminal.print(isJson ? `${JSON.stringify(document)}\n` : readyText(document, file));
  await serveUntilSignal(() => demonstration.stop(), breakage, terminal);
  return undefined;
};

function readyText({ organizations, trustPolicy }: DemoDocument, file: string): string {
  const roles = ['administrator', 'operator', 'auditor', 'viewer'] as const;
  const passwords = organizations.map(({ name, users }) => [
    name,
    ...roles.map((role) => users.find((user) => user.role === role)?.password ?? ''),
  ]);
  const maker = organizations.findIndex(({ role }) => role === 'battery_maker');
  const token = `require(${JSON.stringify(file)}).organizations[${maker}].tokens.operator`;
  return [
    lines('', 'The demonstration is ready. 演示已就绪。', ''),
    table(organizations.map(({ name, url }) => [`  ${name}`, url])),
    lines('', 'Sign in with one of these user names and its password:', ''),
    table([['  ', ...roles], ...passwords.map(([name, ...rest]) => [`  ${name}`, ...rest])]),
    lines(
      '',
      'To try in another terminal, as the operator of the battery maker:',
      '',
      `  export SUYUAN_URL=${organizations[maker]?.url}`,
      `  export SUYUAN_TOKEN=$(node -p '${token}')`,
      '',
      '  npx suyuan import battery_module samples/modules-with-mistakes.xlsx',
      '  npx suyuan receipt --latest --format bundle --out receipt.json',
      `  npx suyuan verify receipt.json --policy ${shortest(trustPolicy)} --fresh none`,
      '',
      `Addresses, passwords and tokens are in ${shortest(file)}. Ctrl-C stops everything; the data stays.`,
    ),
  ].join('');
}

function shortest(path: string): string {
  const short = relative('.', path);
  return short.startsWith('..') ? path : short;
}
