/** How far each record kind of a source has got, what reads it, and reading it again from a cursor or the beginning. */
import { changeSource, type AnswerOf, type getSource } from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Button, Card, Form, Input, Modal, Radio } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { useMayOperate } from '../../client/use-may-operate.ts';
import { DataTable } from '../DataTable.tsx';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { useKindLabel } from '../use-kind-label.ts';

type Source = AnswerOf<typeof getSource>;
type Stream = Source['streams'][number];

interface Place {
  readonly from: 'beginning' | 'cursor';
  readonly cursor?: string;
}

const Replay = ({
  source,
  stream,
  onClose,
}: {
  readonly source: number;
  readonly stream: Stream;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Place>();
  const from: Place['from'] | undefined = Form.useWatch('from', form);
  const setting = useMutation({
    mutationFn: ({ from: place, cursor }: Place) => {
      const cursors = { [stream.kind]: place === 'cursor' ? (cursor ?? null) : null };
      return call(changeSource, { params: { id: source }, json: { cursors } });
    },
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['sources'] });
      onClose();
    },
  });
  const ways = (['beginning', 'cursor'] as const).map((value) => ({
    value,
    label: t(`source.replayFrom.${value}`),
  }));
  return (
    <Modal
      open
      title={`${t('source.replay')} · ${kindLabel(stream.kind)}`}
      okText={t('source.replaySet')}
      confirmLoading={setting.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      <p>{t('source.replayHelp')}</p>
      {setting.error !== null && <ProblemAlert error={setting.error} />}
      <Form<Place>
        form={form}
        layout="vertical"
        initialValues={{ from: 'beginning', cursor: stream.cursor }}
        onFinish={(place) => setting.mutate(place)}
      >
        <Form.Item name="from" label={t('source.replayPlace')}>
          <Radio.Group options={ways} />
        </Form.Item>
        {from === 'cursor' && (
          <Form.Item name="cursor" label={t('source.cursor')} rules={[{ required: true, max: 1_000 }]}>
            <Input />
          </Form.Item>
        )}
      </Form>
    </Modal>
  );
};

export const StreamPlaces = ({ source }: { readonly source: Source }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const isAdministrator = useIsAdministrator();
  const mayOperate = useMayOperate();
  const [replayed, setReplayed] = useState<Stream>();
  const mappingOf = (kind: string): number | undefined =>
    source.settings.streams.find((stream) => stream.kind === kind)?.mapping;
  const isRunning = source.running !== undefined;
  return (
    <Card title={t('source.streams')} style={{ marginTop: 16 }}>
      <DataTable<Stream>
        label={t('source.streams')}
        rowKey="kind"
        dataSource={source.streams}
        columns={[
          { title: t('common.kind'), dataIndex: 'kind', render: (kind: string) => kindLabel(kind) },
          {
            title: t('source.mapping'),
            key: 'mapping',
            render: (_, { kind }) => {
              const id = mappingOf(kind);
              if (id === undefined) return t('source.noMapping');
              if (!mayOperate) return `#${id}`;
              return (
                <Link to="/mappings/$id" params={{ id: String(id) }}>
                  {t('source.openMapping')}
                </Link>
              );
            },
          },
          {
            title: t('source.cursor'),
            dataIndex: 'cursor',
            render: (cursor?: string) => (
              <div className="suyuan-name">{cursor ?? t('source.fromBeginning')}</div>
            ),
          },
          ...(isAdministrator && source.settings.type !== 'folder'
            ? [
                {
                  title: t('common.act'),
                  key: 'act',
                  render: (_: unknown, stream: Stream) => (
                    <Button
                      disabled={isRunning}
                      aria-label={`${t('source.replay')} ${kindLabel(stream.kind)}`}
                      onClick={() => setReplayed(stream)}
                    >
                      {t('source.replay')}
                    </Button>
                  ),
                },
              ]
            : []),
        ]}
      />
      {replayed !== undefined && (
        <Replay source={source.id} stream={replayed} onClose={() => setReplayed(undefined)} />
      )}
    </Card>
  );
};
