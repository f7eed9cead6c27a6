// Record kinds over HTTP, straight from the domain's tables.
import { fieldValues, findingCatalogue, jsonSchema, recordKind, recordKinds } from '@suyuan/battery';
import type { Field, Label, RecordKind, TablesOfDay } from '@suyuan/battery';
import { getKind, listKinds } from '@suyuan/api';
import type { AnswerOf } from '@suyuan/api';
import { civilDateOf } from '../../clock.ts';
import type { Clock } from '../../clock.ts';
import type { MasterStore } from '../../master/master-store.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface KindDependencies {
  /** Record kinds that this organisation may report now. */
  readonly modules: () => readonly string[];
  readonly master: Pick<MasterStore, 'held'>;
  readonly clock: Clock;
}

type ShownField = AnswerOf<typeof getKind>['fields'][number];

function showLabel({ en, zh }: Label): { en: string; zh: string } {
  return { en, zh };
}

function showField(field: Field, tables: TablesOfDay | undefined): ShownField {
  return {
    id: field.id,
    label: showLabel(field.label),
    help: showLabel(field.help),
    part: field.part,
    type: field.type,
    required: field.required,
    example: field.example,
    ...(field.role === undefined ? {} : { role: field.role }),
    ...('unit' in field && field.unit !== undefined ? { unit: field.unit } : {}),
    ...(field.type === 'enum'
      ? {
          options: fieldValues(field, tables).map(({ id, label }) => ({
            value: id,
            label: showLabel(label),
          })),
        }
      : {}),
  };
}

/** The routes of record kinds. */
export function kindBindings({ modules, master, clock }: KindDependencies): readonly Binding[] {
  const summary = (kind: RecordKind): AnswerOf<typeof listKinds>['items'][number] => ({
    id: kind.id,
    version: kind.version,
    family: kind.family,
    label: showLabel(kind.label),
    help: showLabel(kind.help),
    permitted: modules().includes(kind.id),
  });
  return [
    handle(listKinds, async () => ({ items: recordKinds.map(summary) })),
    handle(getKind, async ({ params }) => {
      const kind = recordKind(params.kind);
      if (kind === undefined) return problem('kind_unknown');
      const findings = Object.entries(findingCatalogue).map(([code, entry]) => ({
        code,
        level: entry.level,
        message: showLabel(entry),
      }));
      const { tables } = await master.held();
      const today = tables && { tables, today: civilDateOf(clock.now()) };
      return {
        ...summary(kind),
        fields: kind.fields.map((field) => showField(field, today)),
        schema: jsonSchema(kind, today),
        findings,
      };
    }),
  ];
}
