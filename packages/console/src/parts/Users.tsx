/** The people of this organisation: list, add, change role, remove. */
import { PlusOutlined } from '@ant-design/icons';
import { changeUser, createUser, listUsers, removeUser, type Role } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Form, Input, Modal, Popconfirm, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { DataTable } from './DataTable.tsx';
import { call } from '../client/call.ts';
import { Moment } from './Moment.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { RoleSelect } from './RoleSelect.tsx';
import { OnceSecret } from './OnceSecret.tsx';

const usersKey = ['users'];

interface NewUser {
  readonly name: string;
  readonly role: Role;
  readonly password?: string;
}

const AddUser = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<NewUser>();
  const adding = useMutation({
    mutationFn: (user: NewUser) => call(createUser, { json: user }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: usersKey }),
  });
  return (
    <Modal
      open
      title={t('accounts.add')}
      okText={adding.data === undefined ? t('common.save') : t('common.close')}
      cancelButtonProps={{ style: adding.data === undefined ? {} : { display: 'none' } }}
      onCancel={onClose}
      onOk={adding.data === undefined ? form.submit : onClose}
      confirmLoading={adding.isPending}
    >
      {adding.data === undefined ? (
        <Form<NewUser>
          form={form}
          layout="vertical"
          initialValues={{ role: 'operator' }}
          onFinish={(user) => adding.mutate({ ...user })}
        >
          <Form.Item
            name="name"
            label={t('accounts.name')}
            rules={[{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{1,31}$/u }]}
          >
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="role" label={t('accounts.role')} rules={[{ required: true }]}>
            <RoleSelect />
          </Form.Item>
          {adding.error !== null && <ProblemAlert error={adding.error} />}
        </Form>
      ) : (
        <OnceSecret label={t('accounts.password')} secret={adding.data.password} />
      )}
    </Modal>
  );
};

export const Users = () => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const users = useQuery({ queryKey: usersKey, queryFn: () => call(listUsers) });
  const [adding, setAdding] = useState(false);
  const refresh = (): Promise<void> => queryClient.invalidateQueries({ queryKey: usersKey });
  const changing = useMutation({
    mutationFn: ({ id, role }: { readonly id: string; readonly role: Role }) =>
      call(changeUser, { params: { id }, json: { role } }),
    onSettled: refresh,
  });
  const removing = useMutation({
    mutationFn: (id: string) => call(removeUser, { params: { id } }),
    onSettled: refresh,
  });
  const failure = users.error ?? changing.error ?? removing.error;
  return (
    <Card
      title={t('accounts.users')}
      extra={
        <Button icon={<PlusOutlined />} onClick={() => setAdding(true)}>
          {t('accounts.add')}
        </Button>
      }
    >
      {failure !== null && <ProblemAlert error={failure} />}
      <DataTable
        label={t('accounts.users')}
        rowKey="id"
        loading={users.isPending}
        dataSource={users.data?.items ?? []}
        columns={[
          { title: t('accounts.name'), dataIndex: 'name' },
          {
            title: t('accounts.role'),
            dataIndex: 'role',
            render: (role: Role, user) => (
              <RoleSelect
                aria-label={`${t('accounts.role')}: ${user.name}`}
                value={role}
                style={{ minWidth: 140 }}
                onChange={(next) => changing.mutate({ id: user.id, role: next })}
              />
            ),
          },
          {
            title: t('accounts.created'),
            dataIndex: 'createdAt',
            render: (at: string) => <Moment at={at} />,
          },
          {
            title: t('common.act'),
            key: 'remove',
            render: (_, user) => (
              <Popconfirm title={t('accounts.removeAsk')} onConfirm={() => removing.mutate(user.id)}>
                <Button danger type="text">
                  {t('accounts.remove')}
                </Button>
              </Popconfirm>
            ),
          },
        ]}
      />
      {adding && <AddUser onClose={() => setAdding(false)} />}
      <Typography.Text type="secondary">{t('accounts.rolesMean')}</Typography.Text>
    </Card>
  );
};
