/** Keys of programs that push to or read from this node: list, make, withdraw. */
import { PlusOutlined } from '@ant-design/icons';
import { createApiKey, listApiKeys, removeApiKey, type Role } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Form, Input, Modal, Popconfirm, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from './DataTable.tsx';
import { call } from '../client/call.ts';
import { Moment } from './Moment.tsx';
import { OnceSecret } from './OnceSecret.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { RoleSelect } from './RoleSelect.tsx';

const keysKey = ['api-keys'];

interface NewKey {
  readonly name: string;
  readonly role: Role;
}

const AddKey = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<NewKey>();
  const adding = useMutation({
    mutationFn: (key: NewKey) => call(createApiKey, { json: key }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keysKey }),
  });
  return (
    <Modal
      open
      title={t('accounts.addKey')}
      okText={adding.data === undefined ? t('common.save') : t('common.close')}
      cancelButtonProps={{ style: adding.data === undefined ? {} : { display: 'none' } }}
      onCancel={onClose}
      onOk={adding.data === undefined ? form.submit : onClose}
      confirmLoading={adding.isPending}
    >
      {adding.data === undefined ? (
        <Form<NewKey>
          form={form}
          layout="vertical"
          initialValues={{ role: 'operator' }}
          onFinish={(key) => adding.mutate(key)}
        >
          <Form.Item name="name" label={t('accounts.keyName')} rules={[{ required: true, max: 100 }]}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="role" label={t('accounts.role')} rules={[{ required: true }]}>
            <RoleSelect />
          </Form.Item>
          {adding.error !== null && <ProblemAlert error={adding.error} />}
        </Form>
      ) : (
        <OnceSecret label={adding.data.name} secret={adding.data.key} />
      )}
    </Modal>
  );
};

export const ApiKeys = () => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const keys = useQuery({ queryKey: keysKey, queryFn: () => call(listApiKeys) });
  const [adding, setAdding] = useState(false);
  const removing = useMutation({
    mutationFn: (id: number) => call(removeApiKey, { params: { id } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: keysKey }),
  });
  const failure = keys.error ?? removing.error;
  return (
    <Card
      title={t('accounts.keys')}
      style={{ marginTop: 16 }}
      extra={
        <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t('accounts.addKey')}
        </Button>
      }
    >
      {failure !== null && <ProblemAlert error={failure} />}
      <DataTable
        label={t('accounts.keys')}
        rowKey="id"
        loading={keys.isPending}
        dataSource={keys.data?.items ?? []}
        columns={[
          { title: t('accounts.keyName'), dataIndex: 'name' },
          {
            title: t('accounts.keyStart'),
            dataIndex: 'start',
            render: (start: string) => <Typography.Text code>{start}…</Typography.Text>,
          },
          {
            title: t('accounts.role'),
            dataIndex: 'role',
            render: (role: Role) => <Tag>{t(`role.${role}`)}</Tag>,
          },
          { title: t('import.by'), dataIndex: 'createdBy' },
          {
            title: t('accounts.created'),
            dataIndex: 'createdAt',
            render: (at: string) => <Moment at={at} />,
          },
          {
            title: t('common.act'),
            key: 'remove',
            render: (_, key) => (
              <Popconfirm title={t('accounts.revokeAsk')} onConfirm={() => removing.mutate(key.id)}>
                <Button danger type="text">
                  {t('accounts.revoke')}
                </Button>
              </Popconfirm>
            ),
          },
        ]}
      />
      {adding && <AddKey onClose={() => setAdding(false)} />}
    </Card>
  );
};
