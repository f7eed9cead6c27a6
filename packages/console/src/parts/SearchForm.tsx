/** The filters of a search; nothing is searched until the form is sent, and everything chosen is in the address. */
import { recordKind, recordKinds } from '@suyuan/battery';
import { Button, Card, Col, Flex, Form, Input, Row, Select, Space } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n/i18n.ts';
import { searchAddressOf, type SearchAddress } from './search-filters.ts';

const statuses = ['staged', 'sending', 'reported', 'voided'] as const;
const moreNames = ['entryFrom', 'entryTo', 'storedFrom', 'storedTo', 'import', 'text', 'field'] as const;

const Cell = ({
  name,
  label,
  children,
}: {
  readonly name: string;
  readonly label: string;
  readonly children: ReactNode;
}) => (
  <Col xs={24} sm={12} lg={6}>
    <Form.Item name={name} label={label} style={{ marginBottom: 12 }}>
      {children}
    </Form.Item>
  </Col>
);

const Range = ({
  name,
  type,
}: {
  readonly name: 'event' | 'stored' | 'entry';
  readonly type: 'date' | 'number';
}) => {
  const { t } = useTranslation();
  return (
    <>
      <Cell name={`${name}From`} label={t('search.from', { name: t(`search.${name}`) })}>
        <Input type={type} min={0} />
      </Cell>
      <Cell name={`${name}To`} label={t('search.to', { name: t(`search.${name}`) })}>
        <Input type={type} min={0} />
      </Cell>
    </>
  );
};

const CodeControl = ({
  byPrefix,
  onChange,
}: {
  readonly byPrefix: boolean;
  readonly onChange: (byPrefix: boolean) => void;
}) => {
  const { t } = useTranslation();
  return (
    <Col xs={24} lg={12}>
      <Form.Item label={t('search.code')} htmlFor="anyCode" style={{ marginBottom: 12 }}>
        <Space.Compact block>
          <Select
            aria-label={t('search.code')}
            style={{ width: 130 }}
            value={byPrefix}
            onChange={onChange}
            options={[
              { value: false, label: t('search.codeExact') },
              { value: true, label: t('search.codePrefix') },
            ]}
          />
          <Form.Item name="anyCode" noStyle>
            <Input id="anyCode" maxLength={64} allowClear autoComplete="off" spellCheck={false} />
          </Form.Item>
        </Space.Compact>
      </Form.Item>
    </Col>
  );
};

const MoreFilters = ({
  address,
  fields,
}: {
  readonly address: SearchAddress;
  readonly fields: readonly { readonly value: string; readonly label: string }[];
}) => {
  const { t } = useTranslation();
  return (
    <details open={moreNames.some((name) => address[name] !== undefined)} style={{ marginBottom: 12 }}>
      <summary style={{ marginBottom: 8 }}>{t('search.more')}</summary>
      <Row gutter={12}>
        <Cell name="text" label={t('search.text')}>
          <Input maxLength={100} allowClear />
        </Cell>
        <Cell name="field" label={t('search.field')}>
          <Select allowClear showSearch placeholder={t('search.anyField')} options={[...fields]} />
        </Cell>
        <Range name="stored" type="date" />
        <Range name="entry" type="number" />
        <Cell name="import" label={t('search.import')}>
          <Input type="number" min={1} />
        </Cell>
      </Row>
    </details>
  );
};

export const SearchForm = ({
  address,
  onSearch,
}: {
  readonly address: SearchAddress;
  readonly onSearch: (address: SearchAddress) => void;
}) => {
  const { t } = useTranslation();
  const [form] = Form.useForm<Record<string, string | undefined>>();
  const [byPrefix, setByPrefix] = useState(address.codePrefix !== undefined);
  const kind: string | undefined = Form.useWatch('kind', form) ?? address.kind;
  const language = currentLanguage();
  const kindOptions = recordKinds.map(({ id, label }) => ({ value: id, label: label[language] }));
  const fieldOptions = (recordKind(kind ?? '')?.fields ?? [])
    .filter(({ part }) => part !== 'private')
    .map(({ id, label }) => ({ value: id, label: label[language] }));
  const send = (values: Record<string, string | undefined>): void => {
    const { anyCode, ...rest } = values;
    const code = anyCode?.trim();
    const codes = byPrefix ? { codePrefix: code?.toUpperCase() } : { code };
    onSearch(searchAddressOf({ ...rest, ...codes, columns: address.columns }));
  };
  return (
    <Card>
      <Form
        form={form}
        layout="vertical"
        initialValues={{ ...address, anyCode: address.code ?? address.codePrefix }}
        onFinish={send}
      >
        <Row gutter={12}>
          <CodeControl byPrefix={byPrefix} onChange={setByPrefix} />
          <Cell name="kind" label={t('search.kind')}>
            <Select allowClear placeholder={t('search.anyKind')} options={kindOptions} />
          </Cell>
          <Cell name="status" label={t('search.status')}>
            <Select
              allowClear
              placeholder={t('search.anyStatus')}
              options={statuses.map((value) => ({ value, label: t(`search.statuses.${value}`) }))}
            />
          </Cell>
          <Range name="event" type="date" />
          <Cell name="reporter" label={t('search.reporter')}>
            <Input maxLength={64} allowClear />
          </Cell>
        </Row>
        <MoreFilters address={address} fields={fieldOptions} />
        <Flex gap="small">
          <Button type="primary" htmlType="submit">
            {t('search.run')}
          </Button>
          <Button onClick={() => onSearch({})}>{t('search.clear')}</Button>
        </Flex>
      </Form>
    </Card>
  );
};
