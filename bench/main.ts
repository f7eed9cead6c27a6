/**
 * `npm run bench [-- --only GROUP --json FILE]`: measures the figures of the documentation, each with its baseline in
 * the same run, and prints a table. Ratios are what to compare between machines.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { machine, tableOf, type Figure } from './figure.ts';
import { groups } from './groups.ts';

const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, json: { type: 'string' } },
});
const chosen =
  values.only === undefined
    ? groups.filter((group) => group.isLong !== true)
    : groups.filter((group) => values.only?.includes(group.name));
if (chosen.length === 0) {
  console.error(`No such group. There are: ${groups.map((group) => group.name).join(', ')}.`);
  process.exit(2);
}

const figures: Figure[] = [];
for (const group of chosen) {
  console.error(`${group.name}: ${group.what}`);
  const measured = await group.run();
  for (const { name, value, unit, ratio } of measured) {
    console.error(`  ${name} ${value} ${unit}${ratio === null ? '' : `, ratio ${ratio}`}`);
  }
  figures.push(...measured);
}
console.log(`${machine()}\n\n${tableOf(figures)}`);
if (values.json !== undefined) {
  writeFileSync(values.json, `${JSON.stringify({ machine: machine(), figures }, null, 2)}\n`);
}
