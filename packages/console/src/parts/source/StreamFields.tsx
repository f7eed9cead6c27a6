/** The fields of one record kind of a source, by the source's type. */
import type { SourceSettings } from '@suyuan/api';
import { recordKinds } from '@suyuan/battery';
import { useQuery } from '@tanstack/react-query';
import { Card, Button, Flex, Form, Input, InputNumber, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { mappingsQuery } from '../../client/queries.ts';
import { useKindLabel } from '../use-kind-label.ts';
import type { SourceValues } from './source-form.ts';

const useMappingOptions = (kind: string | undefined) => {
  const mappings = useQuery({ ...mappingsQuery(kind ?? ''), enabled: kind !== undefined });
  return (mappings.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }));
};

/** Fields that every type has. */
const CommonFields = ({ place }: { readonly place: number }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const kind: string | undefined = Form.useWatch(['streams', place, 'kind']);
  const options = useMappingOptions(kind);
  return (
    <>
      <Form.Item name={[place, 'kind']} label={t('common.kind')} rules={[{ required: true }]}>
        <Select options={recordKinds.map(({ id }) => ({ value: id, label: kindLabel(id) }))} />
      </Form.Item>
      <Form.Item name={[place, 'mapping']} label={t('source.mapping')}>
        <Select allowClear placeholder={t('source.noMapping')} options={options} />
      </Form.Item>
      <Form.Item name={[place, 'rowId']} label={t('source.rowId')} extra={t('source.rowIdHelp')}>
        <Input placeholder="id" />
      </Form.Item>
    </>
  );
};

/** Where the cursor of the next page is. */
const CursorFields = ({ place }: { readonly place: number }) => {
  const { t } = useTranslation();
  const cursorIn: SourceValues['streams'][number]['cursorIn'] = Form.useWatch(['streams', place, 'cursorIn']);
  const ways = (['member', 'column'] as const).map((value) => ({
    value,
    label: t(`source.cursorWays.${value}`),
  }));
  const isColumn = cursorIn === 'column';
  return (
    <>
      <Form.Item name={[place, 'cursorIn']} label={t('source.cursorIn')} initialValue="member">
        <Select options={ways} />
      </Form.Item>
      <Form.Item
        key={isColumn ? 'column' : 'member'}
        name={[place, isColumn ? 'column' : 'member']}
        label={isColumn ? t('source.cursorColumn') : t('source.member')}
        rules={[{ required: true }]}
      >
        <Input placeholder={isColumn ? 'updated_no' : 'next'} />
      </Form.Item>
    </>
  );
};

/** What a run asks for beyond the pages: only rows that changed since the last one. */
const SinceFields = ({ place }: { readonly place: number }) => {
  const { t } = useTranslation();
  const form = Form.useFormInstance();
  const other = (name: string) => ({
    validator: async (_: unknown, value: string | undefined) => {
      const sibling: unknown = form.getFieldValue(['streams', place, name]);
      const isAlone = (value ?? '') === '' && typeof sibling === 'string' && sibling !== '';
      if (isAlone) throw new Error(t('source.sinceBoth'));
    },
  });
  return (
    <Form.Item label={t('source.since')} extra={t('source.sinceHelp')}>
      <Flex gap="small">
        <Form.Item
          noStyle
          name={[place, 'sinceParameter']}
          dependencies={[['streams', place, 'sinceColumn']]}
          rules={[other('sinceColumn')]}
        >
          <Input aria-label={t('source.sinceParameter')} placeholder={t('source.sinceParameter')} />
        </Form.Item>
        <Form.Item
          noStyle
          name={[place, 'sinceColumn']}
          dependencies={[['streams', place, 'sinceParameter']]}
          rules={[other('sinceParameter')]}
        >
          <Input aria-label={t('source.sinceColumn')} placeholder={t('source.sinceColumn')} />
        </Form.Item>
      </Flex>
    </Form.Item>
  );
};

const HttpFields = ({ place }: { readonly place: number }) => {
  const { t } = useTranslation();
  const form: string | undefined = Form.useWatch(['streams', place, 'form']);
  const paging: SourceValues['streams'][number]['paging'] = Form.useWatch(['streams', place, 'paging']);
  const forms = (['json', 'lines', 'csv'] as const).map((value) => ({
    value,
    label: t(`source.forms.${value}`),
  }));
  const pagings = (['none', 'cursor', 'page', 'link'] as const).map((value) => ({
    value,
    label: t(`source.pagings.${value}`),
  }));
  return (
    <>
      <Form.Item name={[place, 'path']} label={t('source.path')} rules={[{ required: true, pattern: /^\// }]}>
        <Input placeholder="/api/modules?limit=500" />
      </Form.Item>
      <Form.Item name={[place, 'form']} label={t('source.form')}>
        <Select options={forms} />
      </Form.Item>
      {form === 'json' && (
        <Form.Item name={[place, 'list']} label={t('source.list')} extra={t('source.listHelp')}>
          <Input />
        </Form.Item>
      )}
      <Form.Item name={[place, 'paging']} label={t('source.paging')}>
        <Select options={pagings} />
      </Form.Item>
      {(paging === 'cursor' || paging === 'page') && (
        <Form.Item name={[place, 'parameter']} label={t('source.parameter')} rules={[{ required: true }]}>
          <Input />
        </Form.Item>
      )}
      {paging === 'page' && (
        <Form.Item name={[place, 'first']} label={t('source.first')}>
          <InputNumber min={0} max={1} placeholder="1" />
        </Form.Item>
      )}
      {paging === 'cursor' && <CursorFields place={place} />}
      {paging === 'link' && (
        <Form.Item name={[place, 'member']} label={t('source.member')} extra={t('source.linkHelp')}>
          <Input />
        </Form.Item>
      )}
      {paging !== 'cursor' && <SinceFields place={place} />}
    </>
  );
};

export const StreamFields = ({
  place,
  type,
  onRemove,
}: {
  readonly place: number;
  readonly type: SourceSettings['type'];
  readonly onRemove: (() => void) | undefined;
}) => {
  const { t } = useTranslation();
  return (
    <Card
      size="small"
      style={{ marginBottom: 12 }}
      {...(onRemove === undefined
        ? {}
        : {
            extra: (
              <Button type="text" danger onClick={onRemove}>
                {t('source.removeStream')}
              </Button>
            ),
          })}
    >
      <CommonFields place={place} />
      {type === 'http' && <HttpFields place={place} />}
      {type === 'folder' && (
        <Form.Item name={[place, 'files']} label={t('source.files')} rules={[{ required: true }]}>
          <Input placeholder="packs-*.csv" />
        </Form.Item>
      )}
      {type === 'sql' && (
        <>
          <Form.Item name={[place, 'view']} label={t('source.view')} rules={[{ required: true }]}>
            <Input placeholder="mes.module_export" />
          </Form.Item>
          <Form.Item name={[place, 'cursor']} label={t('source.cursorColumn')} rules={[{ required: true }]}>
            <Input placeholder="updated_no" />
          </Form.Item>
        </>
      )}
    </Card>
  );
};
