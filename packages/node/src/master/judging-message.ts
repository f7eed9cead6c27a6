// What records are judged by beside themselves, and the form in which a reading thread gets it (spec/battery.md, "Master
// data" and "Code tables").
import { codeTablesOf, managedKinds, MasterData } from '@suyuan/battery';
import type { CodeTables, MasterEntry, RecordContext } from '@suyuan/battery';

/** A member is left out where there is nothing to judge by. */
export type MasterJudging = Pick<RecordContext, 'master' | 'tables'>;

/** What a thread needs to judge by: structured data, without classes. */
export interface MasterMessage {
  readonly reporter: string;
  /** None of them voided or built in. */
  readonly entries: readonly MasterEntry[];
}

/** What the records of a reporter are judged by. */
export function judgingOf(
  compared: MasterData,
  tables: CodeTables | undefined,
  reporter: string,
): MasterJudging {
  const [first] = compared.all();
  return {
    ...(first === undefined ? {} : { master: { data: compared, reporter } }),
    ...(tables === undefined ? {} : { tables }),
  };
}

/** What a message says, on the side of the thread. */
export function judgingOfMessage({ reporter, entries }: MasterMessage): MasterJudging {
  const compared = entries.filter(({ kind }) => !managedKinds.has(kind));
  return judgingOf(new MasterData(compared), codeTablesOf(entries), reporter);
}
