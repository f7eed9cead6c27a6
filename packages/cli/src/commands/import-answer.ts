// What came of an import, for people and for programs: the counts, every finding with its place, what to do next.
import { lines } from '../answer.ts';
import type { Members } from '../node-answer.ts';
import { asMembers, membersIn, numberIn, shown } from '../node-answer.ts';
import type { NodeClient } from '../node-client.ts';

const FINDINGS_SHOWN_MAX = 50;
/** The most findings that an answer of the node carries; the others come page by page. */
const FINDINGS_ANSWERED_MAX = 1_000;
const FINDINGS_PAGE = 200;

/** The answer with every finding, however many there are. */
export async function withAllFindings(node: NodeClient, done: Members): Promise<Members> {
  if (done['id'] === null || membersIn(done, 'findings').length < FINDINGS_ANSWERED_MAX) return done;
  return { ...done, findings: await readFindings(node, numberIn(done, 'id')) };
}

/** Every finding of a kept import. */
export async function readFindings(node: NodeClient, id: number): Promise<readonly Members[]> {
  const findings: Members[] = [];
  let after: string | undefined;
  do {
    const query = { limit: FINDINGS_PAGE, after };
    const page = asMembers(await node.ask(`imports/${id}/findings`, { query }));
    findings.push(...membersIn(page, 'items'));
    after = typeof page['next'] === 'string' ? page['next'] : undefined;
  } while (after !== undefined);
  return findings;
}

/** The counts, the first findings, and how to report what is staged. */
export function importText(done: Members, marked: string | undefined): string {
  const findings = membersIn(done, 'findings');
  const more = findings.length - FINDINGS_SHOWN_MAX;
  return lines(
    `${done['id'] === null ? 'Dry run' : `Import ${shown(done, 'id')}`}: ${shown(done, 'rows')} rows, ${shown(done, 'staged')} staged, ${shown(done, 'errors')} errors, ${shown(done, 'warnings')} warnings.${skippedText(done)}`,
    ...findings.slice(0, FINDINGS_SHOWN_MAX).map(findingLine),
    more > 0 ? `  ... and ${more} more; --json or --marked FILE shows all` : undefined,
    marked === undefined ? undefined : `The workbook with its mistakes marked is in ${marked}.`,
    numberIn(done, 'staged') > 0
      ? `Report them with: suyuan report --import ${shown(done, 'id')}`
      : undefined,
  );
}

/** What a mapping passed over, where there is one. */
function skippedText(done: Members): string {
  return typeof done['skipped'] === 'number' ? ` ${done['skipped']} passed over by the mapping.` : '';
}

function findingLine(finding: Members): string {
  const message =
    typeof finding['message'] === 'object' && finding['message'] !== null
      ? asMembers(finding['message'])
      : {};
  const sheet = shown(finding, 'sheet');
  const place = `${sheet === '' ? '' : `${sheet}!`}${shown(finding, 'column')}${shown(finding, 'row')}`;
  const value = shown(finding, 'value');
  const field = shown(finding, 'column') === '' ? shown(finding, 'field') : '';
  return `  ${shown(finding, 'level')} ${place} ${shown(finding, 'code')}${field === '' ? '' : ` ${field}`}${value === '' ? '' : ` ${JSON.stringify(value)}`}: ${shown(message, 'en')} ${shown(message, 'zh')}`;
}
