// What an organisation says about the node that it is going to run: who it is, where the others will reach the node and
// its CometBFT, and where these listen. The same options for `node init` and `organization request`.
import type { Founding, HostPort } from '@suyuan/node';
import { parseHostPort } from '@suyuan/node';

import type { OptionValues } from '../definition.ts';
import { CommandFailure } from '../failure.ts';
import { choiceOption, requiredOption, textOption, wholeOption } from '../option-values.ts';

const PORT = 8080;

type Settings = Parameters<Founding['initNode']>[0]['settings'];

/** The id of the organisation. */
export function organizationOption(options: OptionValues): string {
  const organization = requiredOption(options, 'organization', '--organization ID');
  if (/^[a-z0-9][a-z0-9-]{1,30}$/.test(organization)) return organization;
  const sentence = `${organization} is no id of an organisation: 2 to 31 of a-z, 0-9 and -, the first not -.`;
  throw new CommandFailure('option_malformed', sentence);
}

/** Where the others reach a node, and its CometBFT; `name` is the option of the node's address. */
export function nodePlaceOf(
  options: OptionValues,
  name: 'url' | 'nodeUrl',
): { readonly url: string; readonly consensus: HostPort } {
  const url = requiredOption(options, name, name === 'url' ? '--url URL' : '--node-url URL');
  if (!/^https?:\/\//.test(url) || !URL.canParse(url))
    throw new CommandFailure(
      'url_malformed',
      `${url} is no address of a node, such as https://node.acme.example.`,
    );
  const consensus = parseHostPort(requiredOption(options, 'consensus', '--consensus HOST:PORT'));
  if (consensus !== undefined) return { url, consensus };
  throw new CommandFailure(
    'option_malformed',
    '--consensus is HOST:PORT, as the others reach your CometBFT.',
  );
}

/** What goes into the settings file. */
export function settingsOf(options: OptionValues, consensus: HostPort): Settings {
  return {
    host: textOption(options, 'host') ?? '127.0.0.1',
    port: wholeOption(options, 'port', '--port', [1, 65_535]) ?? PORT,
    consensusListen: textOption(options, 'consensusListen') ?? `0.0.0.0:${consensus.port}`,
    profile: choiceOption(options, 'profile', '--profile', ['local', 'wide_area']) ?? 'wide_area',
    databaseUrl: textOption(options, 'database'),
  };
}
