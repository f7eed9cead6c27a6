// Record kinds over HTTP, straight from the domain's tables.
import { findingCatalogue, jsonSchema, recordKind, recordKinds } from '@suyuan/battery';
import type { Field, Label, RecordKind } from '@suyuan/battery';
import { getKind, listKinds } from '@suyuan/api';
import type { AnswerOf } from '@suyuan/api';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface KindDependencies {
  /** Record kinds that this organisation may report now. */
  readonly modules: () => readonly string[];
}

type ShownField = AnswerOf<typeof getKind>['fields'][number];

function showLabel({ en, zh }: Label): { en: string; zh: string } {
  return { en, zh };
}

function showField(field: Field): ShownField {
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
      ? { options: field.values.map((value) => ({ value: value.id, label: showLabel(value.label) })) }
      : {}),
  };
}

/** The routes of record kinds. */
export function kindBindings({ modules }: KindDependencies): readonly Binding[] {
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
      return { ...summary(kind), fields: kind.fields.map(showField), schema: jsonSchema(kind), findings };
    }),
  ];
}
