/** Keys of programs that push to or read from this node: list, make, withdraw. */
import { createApiKey, listApiKeys, removeApiKey, type Role } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button, Card, Popconfirm, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { AddAccount } from './AddAccount.tsx';
import { DataTable } from './DataTable.tsx';
import { Moment } from './Moment.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

const keysKey = ['api-keys'];

export const ApiKeys = () => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const keys = useQuery({ queryKey: keysKey, queryFn: () => call(listApiKeys) });
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
        <AddAccount
          title={t('accounts.addKey')}
          nameLabel={t('accounts.keyName')}
          nameRule={{ required: true, max: 100 }}
          queryKey={keysKey}
          add={async ({ name, role }) => {
            const { name: label, key } = await call(createApiKey, { json: { name, role } });
            return { label, secret: key };
          }}
        />
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
              <Popconfirm
                title={key.name}
                description={t('accounts.revokeAsk')}
                onConfirm={() => removing.mutate(key.id)}
              >
                <Button danger type="text" aria-label={`${t('accounts.revoke')}: ${key.name}`}>
                  {t('accounts.revoke')}
                </Button>
              </Popconfirm>
            ),
          },
        ]}
      />
    </Card>
  );
};
