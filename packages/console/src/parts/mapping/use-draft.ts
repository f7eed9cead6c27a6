/** A mapping while it is edited: its rules, what was guessed and not touched since, and suggestions from a sample. */
import { suggestMappingRoute } from '@suyuan/api';
import { mappingFormat, parseMapping, type Mapping, type Rule } from '@suyuan/battery';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import type { Sample, TableChoice } from './sample.ts';

/** A mapping without rules. */
export const emptyMapping = (kind: string): Mapping => ({ format: mappingFormat, kind, fields: {} });

/** The mapping while it is edited, with what was guessed and not touched since. */
export const useDraft = (initial: Mapping | undefined) => {
  const [mapping, setMapping] = useState(initial ?? emptyMapping('battery_module'));
  const [confidence, setConfidence] = useState<ReadonlyMap<string, number>>(new Map());
  const setRule = (field: string, rule: Rule | undefined) => {
    const { [field]: _, ...others } = mapping.fields;
    setMapping({ ...mapping, fields: rule === undefined ? others : { ...others, [field]: rule } });
    setConfidence(new Map([...confidence].filter(([id]) => id !== field)));
  };
  return { mapping, setMapping, confidence, setConfidence, setRule };
};

export type Draft = ReturnType<typeof useDraft>;

/** Takes suggestions for fields that have no rule yet. */
export const useSuggesting = ({ mapping, setMapping, setConfidence }: Draft) =>
  useMutation({
    mutationFn: async ({ sample, kind }: { sample: Sample; kind: string; table: TableChoice }) =>
      await call(suggestMappingRoute, { json: { kind, columns: sample.columns, rows: sample.rows } }),
    onSuccess: ({ mapping: suggested, guesses }, { sample, kind, table }) => {
      const parsed = parseMapping(suggested);
      if (!parsed.ok) return;
      const own = kind === mapping.kind ? mapping.fields : {};
      const taken = guesses.filter(({ field }) => own[field] === undefined);
      setConfidence(new Map(taken.map(({ field, confidence }) => [field, confidence])));
      setMapping({
        ...(kind === mapping.kind ? mapping : emptyMapping(kind)),
        fields: { ...parsed.value.fields, ...own },
        columns: sample.columns,
        ...(table.sheet === undefined && table.headings === undefined ? {} : { table }),
      });
    },
  });
