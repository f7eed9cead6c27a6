// Where a code is, as the API shows it: the fold of spec/custody.md with the names that people know records by.
import type { AnswerOf, traceCode } from '@suyuan/api';
import type { CustodyState, Finding, RecordName } from '@suyuan/battery';

import { showFinding } from './show-record.ts';

/** A state as the API shows it. */
type ShownState = NonNullable<AnswerOf<typeof traceCode>['state']>;

/** Shows a state; undefined where no record places the code. `names` holds the names of staged records too. */
export function showState(state: CustodyState, names: ReadonlyMap<string, string>): ShownState | undefined {
  const { kind, status, in: place, vehicle, batteries, holder, since, by, missing, conflicts } = state;
  if (status === 'unknown' && missing.length === 0 && conflicts.length === 0) return undefined;
  const nameOf = ({ entry, leaf }: RecordName): string => {
    const name = `${entry}/${leaf}`;
    return names.get(name) ?? name;
  };
  return {
    kind,
    status,
    ...(place === undefined ? {} : { in: place }),
    ...(vehicle === undefined ? {} : { vehicle }),
    batteries: [...batteries],
    ...(holder === undefined ? {} : { holder }),
    ...(since === undefined ? {} : { since }),
    ...(by === undefined ? {} : { record: nameOf(by) }),
    provisional: missing.map(showFinding),
    conflicts: conflicts.map(({ finding, records: [first, second], isSettled }) => ({
      finding: showFinding(withNames(finding, names, first)),
      records: [nameOf(first), nameOf(second)],
      settled: isSettled,
    })),
  };
}

/** A staged record has another name in the sentence of the fold than people know it by. */
function withNames(
  finding: Finding,
  names: ReadonlyMap<string, string>,
  { entry, leaf }: RecordName,
): Finding {
  const folded = `${entry}/${leaf}`;
  const name = names.get(folded) ?? folded;
  const { zh, en } = finding.message;
  return { ...finding, message: { zh: zh.replaceAll(folded, name), en: en.replaceAll(folded, name) } };
}
