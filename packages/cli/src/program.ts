// The parser: commander built from the command table.
import { readFileSync } from 'node:fs';

import { Command } from 'commander';

import type { CommandDefinition, Invocation, OptionValues } from './definition.ts';

/** Called with the chosen command and what was given to it. */
export type OnCommand = (
  definition: CommandDefinition,
  given: Pick<Invocation, 'arguments' | 'options' | 'isJson'>,
) => Promise<void>;

/** The parser of all commands. It throws a `CommanderError` instead of ending the process. */
export function buildProgram(
  table: readonly CommandDefinition[],
  output: { readonly print: (text: string) => void; readonly say: (text: string) => void },
  onCommand: OnCommand,
): Command {
  const program = new Command('suyuan')
    .description('Traceability that none of its keepers can change alone.')
    .version(readVersion())
    .helpCommand(false)
    .showHelpAfterError('(suyuan --help lists the commands)')
    .configureOutput({ writeOut: output.print, writeErr: output.say })
    .exitOverride()
    .enablePositionalOptions(); // `suyuan node join --data` is an option of join
  for (const definition of table) {
    const command = place(program, definition.name)
      .description(definition.summary)
      .allowExcessArguments(false)
      .enablePositionalOptions();
    command.showHelpAfterError(`(suyuan ${definition.name} --help explains it)`);
    if (definition.arguments !== '') command.arguments(definition.arguments);
    for (const option of definition.options) command.option(option.flags, option.summary);
    if (definition.asksNode) {
      command.option('--url <URL>', 'address of the node (or SUYUAN_URL)');
      command.option('--token <TOKEN>', 'an API key of the node (or SUYUAN_TOKEN)');
    }
    command.option('--json', 'answer with one JSON value on standard output and nothing else');
    command.addHelpText('after', `\nExample: ${definition.example}`);
    command.action(async () => {
      const { json, ...options } = command.opts<OptionValues & { readonly json?: true }>();
      const given = command.processedArgs as Invocation['arguments']; // commander types them as any
      await onCommand(definition, { arguments: given, options, isJson: json === true });
    });
  }
  return program;
}

/** A command named with a blank stands below the one named before it, which may be a command itself or only a group. */
function place(program: Command, name: string): Command {
  const [first = '', second] = name.split(' ');
  if (second === undefined) return program.command(first);
  const group = program.commands.find((one) => one.name() === first) ?? addGroup(program, first);
  return group.command(second);
}

function addGroup(program: Command, name: string): Command {
  return program.command(name).helpCommand(false).summary(`See suyuan ${name} --help.`);
}

function readVersion(): string {
  const { version }: { readonly version: string } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  return version;
}
