/** The table of layers as Markdown, as it stands in ARCHITECTURE.md; run directly to write it there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { layers } from './layers.ts';

const place = /<!-- layers -->[\s\S]*?<!-- \/layers -->/u;
const path = fileURLToPath(new URL('../ARCHITECTURE.md', import.meta.url));

/** ARCHITECTURE.md with the table as the code has it. */
export const withLayersTable = (text: string): string => {
  const rows = layers.map(
    ({ name, what, pure, ours }) =>
      `| \`${name}\`${pure ? ' (pure)' : ''} | ${what} | ${ours.length === 0 ? '–' : ours.join(', ')} |`,
  );
  const table = ['| package | what it is | may import of ours |', '| --- | --- | --- |', ...rows].join('\n');
  return text.replace(place, `<!-- layers -->\n\n${table}\n\n<!-- /layers -->`);
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(path, withLayersTable(readFileSync(path, 'utf8')));
}
