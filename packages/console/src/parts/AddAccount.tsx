/** A button that adds the account of a person or program, and then shows the secret that the node made for it. */
import { PlusOutlined } from '@ant-design/icons';
import type { Role } from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Form, Input, Modal, type FormRule } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { OnceSecret } from './OnceSecret.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { RoleSelect } from './RoleSelect.tsx';

/** What the form asks for. */
interface NewAccount {
  readonly name: string;
  readonly role: Role;
}

interface AddAccountOptions {
  readonly title: string;
  readonly nameLabel: string;
  readonly nameRule: FormRule;
  /** Of the list that the account is in. */
  readonly queryKey: readonly string[];
  /** Adds the account at the node. */
  readonly add: (account: NewAccount) => Promise<{ readonly label: string; readonly secret: string }>;
}

const AddAccountDialog = ({
  title,
  nameLabel,
  nameRule,
  queryKey,
  add,
  onClose,
}: AddAccountOptions & { readonly onClose: () => void }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<NewAccount>();
  const adding = useMutation({
    mutationFn: add,
    onSuccess: () => queryClient.invalidateQueries({ queryKey }),
  });
  const isAdded = adding.data !== undefined;
  return (
    <Modal
      open
      title={title}
      okText={isAdded ? t('common.close') : t('common.save')}
      cancelButtonProps={{ style: isAdded ? { display: 'none' } : {} }}
      onCancel={onClose}
      onOk={isAdded ? onClose : form.submit}
      confirmLoading={adding.isPending}
    >
      {adding.data === undefined ? (
        <Form<NewAccount>
          form={form}
          layout="vertical"
          initialValues={{ role: 'operator' }}
          onFinish={(account) => adding.mutate(account)}
        >
          <Form.Item name="name" label={nameLabel} rules={[nameRule]}>
            <Input autoComplete="off" />
          </Form.Item>
          <Form.Item name="role" label={t('accounts.role')} rules={[{ required: true }]}>
            <RoleSelect />
          </Form.Item>
          {adding.error !== null && <ProblemAlert error={adding.error} />}
        </Form>
      ) : (
        <OnceSecret {...adding.data} />
      )}
    </Modal>
  );
};

export const AddAccount = (options: AddAccountOptions) => {
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button icon={<PlusOutlined />} onClick={() => setIsOpen(true)}>
        {options.title}
      </Button>
      {isOpen && <AddAccountDialog {...options} onClose={() => setIsOpen(false)} />}
    </>
  );
};
