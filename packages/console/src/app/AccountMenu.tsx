/** Who is signed in, with the ways to change the password and to leave. */
import { UserOutlined } from '@ant-design/icons';
import type { Role } from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App, Button, Dropdown, Form, Input, Modal, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { changePassword, signOut } from '../client/queries.ts';
import { ProblemAlert, useSentence } from '../parts/ProblemAlert.tsx';

interface Passwords {
  readonly password: string;
  readonly newPassword: string;
  readonly repeated: string;
}

/** Forgets everything that was read and shows the sign-in page. */
const useLeave = (): (() => Promise<void>) => {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  return async () => {
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  };
};

const PasswordForm = ({ onClose }: { readonly onClose: () => void }) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const leave = useLeave();
  const [form] = Form.useForm<Passwords>();
  const changing = useMutation({
    mutationFn: ({ password, newPassword }: Passwords) => changePassword({ password, newPassword }),
    onSuccess: async () => {
      void message.success(t('account.changed'));
      await leave();
    },
  });
  const needed = { required: true, message: t('signIn.needed') };
  return (
    <Modal
      open
      title={t('account.changePassword')}
      okText={t('common.save')}
      onCancel={onClose}
      onOk={form.submit}
      confirmLoading={changing.isPending}
    >
      <Form<Passwords> form={form} layout="vertical" onFinish={(values) => changing.mutate(values)}>
        <Form.Item name="password" label={t('account.current')} rules={[needed]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
        <Form.Item
          name="newPassword"
          label={t('account.next')}
          rules={[needed, { min: 10, message: t('account.rule') }]}
          extra={t('account.rule')}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        <Form.Item
          name="repeated"
          label={t('account.repeat')}
          rules={[
            needed,
            {
              validator: (_, value: string) =>
                value === form.getFieldValue('newPassword')
                  ? Promise.resolve()
                  : Promise.reject(new Error(t('account.differs'))),
            },
          ]}
        >
          <Input.Password autoComplete="new-password" />
        </Form.Item>
        {changing.error !== null && <ProblemAlert error={changing.error} />}
      </Form>
    </Modal>
  );
};

export const AccountMenu = ({ name, role }: { readonly name: string; readonly role: Role }) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const sentence = useSentence();
  const leave = useLeave();
  const [changing, setChanging] = useState(false);
  const leaving = useMutation({
    mutationFn: signOut,
    onSuccess: leave,
    onError: (error) => void message.error(sentence(error)),
  });
  return (
    <>
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            { key: 'role', type: 'group', label: t(`role.${role}`) },
            { key: 'password', label: t('account.changePassword') },
            { key: 'out', label: t('signIn.out') },
          ],
          onClick: ({ key }) => (key === 'out' ? leaving.mutate() : setChanging(true)),
        }}
      >
        <Button type="text" icon={<UserOutlined />} aria-label={`${t('account.title')}: ${name}`}>
          <Typography.Text className="suyuan-account" ellipsis>
            {name}
          </Typography.Text>
        </Button>
      </Dropdown>
      {changing && <PasswordForm onClose={() => setChanging(false)} />}
    </>
  );
};
