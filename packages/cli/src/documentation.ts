// docs/cli.md, written from the command table; a test holds the file equal to it.
import type { CommandDefinition } from './definition.ts';

const HEAD = `# The command line \`suyuan\`

\`suyuan COMMAND [arguments] [options]\`. In a clone of this repository: \`npx suyuan ...\`, after \`npm start\` or \`npm run build\`.

- **\`--json\`** makes any command answer with exactly one JSON value on standard output, and nothing else. The members shown here are kept from version to version; new ones may come. Without it the answer is text for people, in no fixed form.
- **Exit codes**: 0 done, or yes. 1 the answer is no: what was asked about is not valid, not there, or refused. 2 the question could not be asked: wrong usage, a file that can't be read, a node that does not answer, a token that is not accepted.
- **A failure** is one sentence on standard error that says what to do, and its code in brackets. With \`--json\` it is \`{"code","message"}\` on standard output, with further members where there are any. Codes of a node are those of its API.
- **\`--url\` and \`--token\`** say which node, and give an API key of it. \`SUYUAN_URL\` and \`SUYUAN_TOKEN\` do the same, and keep the token out of the process list and the shell's history. The token travels in a header only.
- **Progress** is drawn on standard error, and only where that is a terminal.
`;

/** The whole documentation as Markdown. */
export function documentCommands(table: readonly CommandDefinition[]): string {
  const index = table
    .map(({ name, summary }) => `| [\`${name}\`](#${name.replaceAll(' ', '-')}) | ${summary} |\n`)
    .join('');
  return `${HEAD}\n| command | what it does |\n| --- | --- |\n${index}\n${table.map(documentCommand).join('\n')}`;
}

function documentCommand(definition: CommandDefinition): string {
  const { name, summary, options, asksNode, answers, negative, example } = definition;
  const usage = ['suyuan', name, definition.arguments, '[options]'].filter((part) => part !== '').join(' ');
  const rows = [
    ...options,
    ...(asksNode
      ? [
          { flags: '--url <URL>', summary: 'address of the node (or SUYUAN_URL)' },
          { flags: '--token <TOKEN>', summary: 'an API key of the node (or SUYUAN_TOKEN)' },
        ]
      : []),
  ].map((option) => `| \`${option.flags.replaceAll('|', '\\|')}\` | ${option.summary} |\n`);
  const table = rows.length === 0 ? '' : `\n| option | |\n| --- | --- |\n${rows.join('')}`;
  return `## ${name}

${summary}

\`\`\`
${usage}
${example}
\`\`\`
${table}
JSON: \`${answers}\`

Exit code 1: ${negative}.
`;
}
