/** The people of this organisation: list, add, change role, remove. */
import { changeUser, createUser, listUsers, removeUser, type Role } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { App, Button, Card, Flex, Popconfirm, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { sessionQuery } from '../client/queries.ts';
import { AddAccount } from './AddAccount.tsx';
import { DataTable } from './DataTable.tsx';
import { Moment } from './Moment.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { ResetPassword } from './ResetPassword.tsx';
import { RoleSelect } from './RoleSelect.tsx';

const usersKey = ['users'];

const AddUser = () => {
  const { t } = useTranslation();
  return (
    <AddAccount
      title={t('accounts.add')}
      nameLabel={t('accounts.name')}
      nameRule={{ required: true, pattern: /^[a-z0-9][a-z0-9._-]{1,31}$/u }}
      queryKey={usersKey}
      add={async ({ name, role }) => {
        const { password } = await call(createUser, { json: { name, role } });
        return { label: t('accounts.password'), secret: password };
      }}
    />
  );
};

/** The accounts, and what can be done with them. */
const useAccounts = () => {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const queryClient = useQueryClient();
  const users = useQuery({ queryKey: usersKey, queryFn: () => call(listUsers) });
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
  /** Asks first: a new role signs the person out, and may take rights from whoever asks. */
  const askRole = ({ id, name }: { readonly id: string; readonly name: string }, role: Role): void => {
    modal.confirm({
      title: t('accounts.roleAsk', { name, role: t(`role.${role}`) }),
      content: t('accounts.roleAskWhy'),
      onOk: () => changing.mutateAsync({ id, role }).catch(() => undefined), // shown from `failure` below
    });
  };
  const failure = users.error ?? changing.error ?? removing.error;
  return { users, failure, askRole, remove: (id: string) => removing.mutate(id) };
};

export const Users = () => {
  const { t } = useTranslation();
  const { users, failure, askRole, remove } = useAccounts();
  const { data: session } = useQuery(sessionQuery);
  return (
    <Card title={t('accounts.users')} extra={<AddUser />}>
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
                onChange={(next) => askRole(user, next)}
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
            key: 'acts',
            render: (_, user) => (
              <Flex wrap>
                {/* One's own is changed in the menu of the account: a reset would end this very session. */}
                {session?.account !== `user:${user.id}` && <ResetPassword user={user} />}
                <Popconfirm
                  title={user.name}
                  description={t('accounts.removeAsk')}
                  onConfirm={() => remove(user.id)}
                >
                  <Button danger type="text" aria-label={`${t('accounts.remove')}: ${user.name}`}>
                    {t('accounts.remove')}
                  </Button>
                </Popconfirm>
              </Flex>
            ),
          },
        ]}
      />
      <Typography.Text type="secondary">{t('accounts.rolesMean')}</Typography.Text>
    </Card>
  );
};
