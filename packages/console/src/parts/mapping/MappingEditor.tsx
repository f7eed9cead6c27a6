/** The editor of a mapping: sample and kind, columns beside fields, conditions, preview, saving. */
import {
  parseMapping,
  recordKind,
  sourceColumns,
  type Field,
  type Mapping,
  type MappingProblem,
  type RecordKind,
} from '@suyuan/battery';
import { useQuery } from '@tanstack/react-query';
import { Card, Col, Flex, Row, Select } from 'antd';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { kindsQuery } from '../../client/queries.ts';
import { useMayOperate } from '../../client/use-may-operate.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { useKindLabel } from '../use-kind-label.ts';
import { ConditionsEditor } from './ConditionsEditor.tsx';
import { FieldRules } from './FieldRules.tsx';
import { MappingPreview } from './MappingPreview.tsx';
import { MappingSaving, type SavedAs } from './MappingSaving.tsx';
import { RuleDrawer } from './RuleDrawer.tsx';
import { exampleValues, type Sample, type TableChoice } from './sample.ts';
import { SampleField } from './SampleField.tsx';
import { SourceColumns } from './SourceColumns.tsx';
import { emptyMapping, useDraft, useSuggesting, type Draft } from './use-draft.ts';

const KindChoice = ({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (kind: string) => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const kinds = useQuery(kindsQuery);
  return (
    <Select
      aria-label={t('import.choose')}
      style={{ minWidth: 220, marginBottom: 8 }}
      value={value}
      options={(kinds.data?.items ?? []).map(({ id }) => ({ value: id, label: kindLabel(id) }))}
      onChange={onChange}
    />
  );
};

/** What the mapping reads, chosen by its sample. */
const SourceCard = ({
  draft,
  isSaved,
  sample,
  onSample,
}: {
  readonly draft: Draft;
  readonly isSaved: boolean;
  readonly sample: Sample | undefined;
  readonly onSample: (sample: Sample) => void;
}) => {
  const { t } = useTranslation();
  const { mapping, setMapping } = draft;
  const suggesting = useSuggesting(draft);
  const suggest = (found: Sample, table: TableChoice) => {
    onSample(found);
    suggesting.mutate({ sample: found, kind: mapping.kind, table });
  };
  const changeKind = (kind: string) => {
    if (sample === undefined) setMapping(emptyMapping(kind));
    else suggesting.mutate({ sample, kind, table: mapping.table ?? {} });
  };
  return (
    <Card title={t('mapping.source')}>
      {!isSaved && <KindChoice value={mapping.kind} onChange={changeKind} />}
      <SampleField sample={sample} onSample={suggest} />
      {suggesting.error !== null && <ProblemAlert error={suggesting.error} />}
    </Card>
  );
};

/** The columns of the source on the left, the fields on the right; a field's rule opens in a drawer. */
const Rules = ({
  kind,
  draft: { mapping, confidence, setRule },
  problems,
  columns,
  sample,
}: {
  readonly kind: RecordKind;
  readonly draft: Draft;
  readonly problems: readonly MappingProblem[];
  readonly columns: readonly string[];
  readonly sample: Sample | undefined;
}) => {
  const { t } = useTranslation();
  const [edited, setEdited] = useState<Field>();
  const rule = edited === undefined ? undefined : mapping.fields[edited.id];
  const shared = { kind, mapping, columns };
  return (
    <Row gutter={[16, 16]}>
      <Col xs={24} xl={9}>
        <Card title={t('mapping.columns')}>
          <SourceColumns {...shared} sample={sample} />
        </Card>
      </Col>
      <Col xs={24} xl={15}>
        <Card title={t('mapping.fields')}>
          <FieldRules
            {...shared}
            confidence={confidence}
            problems={problems}
            onRule={setRule}
            onEdit={setEdited}
          />
        </Card>
      </Col>
      <RuleDrawer
        field={edited}
        rule={rule}
        columns={columns}
        examples={rule?.column === undefined ? [] : exampleValues(sample, rule.column)}
        onRule={(next) => edited !== undefined && setRule(edited.id, next)}
        onClose={() => setEdited(undefined)}
      />
    </Row>
  );
};

/** Without `initial` a new mapping is made. `onSaved` runs before the page of the saved mapping opens. */
export const MappingEditor = ({
  initial,
  saved,
  onSaved = () => undefined,
}: {
  readonly initial?: Mapping;
  readonly saved?: SavedAs;
  readonly onSaved?: () => void;
}) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const draft = useDraft(initial);
  const { mapping, setMapping } = draft;
  const [sample, setSample] = useState<Sample>();
  const parsed = useMemo(() => parseMapping(mapping), [mapping]);
  const kind = recordKind(mapping.kind);
  if (kind === undefined) return null;
  const columns = sample?.columns ?? [...new Set([...(mapping.columns ?? []), ...sourceColumns(mapping)])];
  return (
    <Flex vertical gap="middle">
      {mayOperate && (
        <SourceCard draft={draft} isSaved={saved !== undefined} sample={sample} onSample={setSample} />
      )}
      <Rules
        kind={kind}
        draft={draft}
        problems={parsed.ok ? [] : parsed.error.problems}
        columns={columns}
        sample={sample}
      />
      <Card title={t('mapping.rows')}>
        <ConditionsEditor
          conditions={mapping.only ?? []}
          columns={columns}
          onChange={(only) => setMapping({ ...mapping, only })}
        />
      </Card>
      {sample !== undefined && mayOperate && (
        <Card title={t('mapping.preview')}>
          {parsed.ok ? (
            <MappingPreview kind={kind} mapping={parsed.value} rows={sample.rows} />
          ) : (
            t('mapping.invalid')
          )}
        </Card>
      )}
      {mayOperate && <MappingSaving mapping={mapping} saved={saved} isValid={parsed.ok} onSaved={onSaved} />}
    </Flex>
  );
};
