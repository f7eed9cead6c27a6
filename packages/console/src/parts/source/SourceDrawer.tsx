/** Binds a source or changes one; it can be tried before it is saved. */
import {
  createSource,
  previewSource,
  replaceSource,
  type AnswerOf,
  type getSource,
  type SourceSettings,
} from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Drawer, Flex, Form, Input, InputNumber, Select, Switch } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { SourceProblem } from './SourceProblem.tsx';
import { draftOf, emptySource, emptyStream, valuesOf, type SourceValues } from './source-form.ts';
import { SourcePreview } from './SourcePreview.tsx';
import { StreamFields } from './StreamFields.tsx';

type Source = AnswerOf<typeof getSource>;

const TimeoutField = () => {
  const { t } = useTranslation();
  return (
    <Form.Item name="timeoutSeconds" label={t('source.timeout')}>
      <InputNumber min={1} max={600} placeholder="60" />
    </Form.Item>
  );
};

const AddressFields = ({
  type,
  isBound,
}: {
  readonly type: SourceSettings['type'];
  readonly isBound: boolean;
}) => {
  const { t } = useTranslation();
  const authorization: SourceValues['authorization'] = Form.useWatch('authorization');
  const ways = (['none', 'bearer', 'header'] as const).map((value) => ({
    value,
    label: t(`source.authorizations.${value}`),
  }));
  const isSecret =
    type === 'sql' || (type === 'http' && authorization !== undefined && authorization !== 'none');
  if (type === 'folder') {
    return (
      <Form.Item
        name="folder"
        label={t('source.folder')}
        extra={t('source.folderHelp')}
        rules={[{ required: true }]}
      >
        <Input placeholder="erp" />
      </Form.Item>
    );
  }
  return (
    <>
      {type === 'http' && (
        <>
          <Form.Item name="address" label={t('source.address')} rules={[{ required: true, type: 'url' }]}>
            <Input placeholder="https://erp.example.com" />
          </Form.Item>
          <Form.Item name="authorization" label={t('source.authorization')}>
            <Select options={ways} />
          </Form.Item>
          {authorization === 'header' && (
            <Form.Item name="header" label={t('source.header')} rules={[{ required: true }]}>
              <Input placeholder="X-Api-Key" />
            </Form.Item>
          )}
        </>
      )}
      {isSecret && (
        <Form.Item
          name="secret"
          label={type === 'sql' ? t('source.connection') : t('source.secret')}
          extra={t('source.secretHelp')}
          rules={[{ required: !isBound }]}
        >
          <Input.Password
            autoComplete="off"
            placeholder={
              isBound
                ? t('source.secretKept')
                : type === 'sql'
                  ? 'postgres://USER:PASSWORD@HOST/DATABASE'
                  : ''
            }
          />
        </Form.Item>
      )}
      <Form.Item name="privateAddresses" label={t('source.private')} extra={t('source.privateHelp')}>
        <Select mode="tags" open={false} tokenSeparators={[',', ' ', ';']} />
      </Form.Item>
      {type === 'sql' && <TimeoutField />}
    </>
  );
};

const RunFields = () => {
  const { t } = useTranslation();
  const schedule: SourceValues['schedule'] | undefined = Form.useWatch('schedule');
  const ways = (['none', 'every', 'daily'] as const).map((value) => ({
    value,
    label: t(`source.schedules.${value}`),
  }));
  return (
    <>
      <Form.Item name="schedule" label={t('source.schedule')}>
        <Select options={ways} />
      </Form.Item>
      {schedule === 'every' && (
        <Form.Item name="every" label={t('source.schedules.every')} initialValue={60}>
          <InputNumber min={1} max={10_080} />
        </Form.Item>
      )}
      {schedule === 'daily' && (
        <Form.Item
          name="daily"
          label={t('source.schedules.daily')}
          initialValue="02:00"
          rules={[{ pattern: /^([01]\d|2[0-3]):[0-5]\d$/ }]}
        >
          <Input style={{ width: 120 }} />
        </Form.Item>
      )}
      {(['autoReport', 'holdWarnings', 'openToManager'] as const).map((name) => (
        <Form.Item
          key={name}
          name={name}
          label={t(`source.${name}`)}
          valuePropName="checked"
          layout="horizontal"
        >
          <Switch />
        </Form.Item>
      ))}
    </>
  );
};

const BoundFields = ({
  type,
  isBound,
}: {
  readonly type: SourceSettings['type'];
  readonly isBound: boolean;
}) => {
  const { t } = useTranslation();
  const types = (['http', 'folder', 'sql'] as const).map((value) => ({
    value,
    label: t(`source.types.${value}`),
  }));
  return (
    <>
      <Form.Item name="name" label={t('source.name')} rules={[{ required: true, max: 80 }]}>
        <Input />
      </Form.Item>
      <Form.Item
        name="system"
        label={t('source.system')}
        extra={t('source.systemHelp')}
        rules={[{ required: true, max: 80 }]}
      >
        <Input />
      </Form.Item>
      <Form.Item name="type" label={t('source.type')}>
        <Select options={types} />
      </Form.Item>
      <AddressFields type={type} isBound={isBound} />
      <Form.Item label={t('source.streams')} required>
        <Form.List name="streams">
          {(streams, { add, remove }) => (
            <>
              {streams.map(({ key, name }) => (
                <StreamFields
                  key={key}
                  place={name}
                  type={type}
                  onRemove={streams.length > 1 ? () => remove(name) : undefined}
                />
              ))}
              <Button onClick={() => add(emptyStream)}>{t('source.addStream')}</Button>
            </>
          )}
        </Form.List>
      </Form.Item>
    </>
  );
};

const useSaving = (source: Source | undefined, onClose: () => void) => {
  const queryClient = useQueryClient();
  const saving = useMutation({
    mutationFn: (values: SourceValues) => {
      const json = draftOf(values);
      return source === undefined
        ? call(createSource, { json })
        : call(replaceSource, { params: { id: source.id }, json });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['sources'] });
      onClose();
    },
  });
  const testing = useMutation({
    mutationFn: (values: SourceValues) => {
      const { settings, secret } = draftOf(values);
      const kind = settings.streams[0]?.kind ?? '';
      const named = {
        ...(secret === undefined ? {} : { secret }),
        ...(source === undefined ? {} : { source: source.id }),
      };
      return call(previewSource, { json: { settings, kind, ...named } });
    },
  });
  return { saving, testing };
};

export const SourceDrawer = ({
  source,
  onClose,
}: {
  readonly source: Source | undefined;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const [form] = Form.useForm<SourceValues>();
  const type: SourceSettings['type'] = Form.useWatch('type', form) ?? source?.settings.type ?? 'http';
  const { saving, testing } = useSaving(source, onClose);
  const outcome = useRef<HTMLDivElement>(null);
  const { status } = testing;
  useEffect(() => {
    if (status === 'success' || status === 'error' || saving.error !== null)
      outcome.current?.scrollIntoView({ block: 'start' });
  }, [status, saving.error]);
  const test = (): void =>
    void form.validateFields({ recursive: true }).then(
      (values) => testing.mutate(values),
      () => undefined,
    );
  return (
    <Drawer
      open
      size="min(760px, 100vw)"
      title={source === undefined ? t('source.new') : source.name}
      onClose={onClose}
      extra={
        <Flex gap="small">
          <Button loading={testing.isPending} onClick={test}>
            {t('source.test')}
          </Button>
          <Button type="primary" loading={saving.isPending} onClick={form.submit}>
            {t('common.save')}
          </Button>
        </Flex>
      }
    >
      <div ref={outcome} role="status" aria-live="polite">
        {saving.error !== null && <SourceProblem error={saving.error} />}
        {testing.error !== null && <SourceProblem error={testing.error} />}
        {testing.data !== undefined && testing.error === null && <SourcePreview preview={testing.data} />}
      </div>
      <Form<SourceValues>
        form={form}
        layout="vertical"
        initialValues={source === undefined ? emptySource : valuesOf(source)}
        onFinish={(values) => saving.mutate(values)}
      >
        <BoundFields type={type} isBound={source?.hasSecret ?? false} />
        <RunFields />
      </Form>
    </Drawer>
  );
};
