/** Renames or removes a saved mapping. */
import { removeMapping, renameMapping } from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { Button, Flex, Form, Input, Modal, Popconfirm } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { useMayOperate } from '../../client/use-may-operate.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';

const Renaming = ({
  id,
  name,
  onClose,
}: {
  readonly id: number;
  readonly name: string;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<{ readonly name: string }>();
  const renaming = useMutation({
    mutationFn: (values: { readonly name: string }) =>
      call(renameMapping, { params: { id }, json: { name: values.name.trim() } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['mappings'] });
      onClose();
    },
  });
  return (
    <Modal
      open
      title={t('mapping.rename')}
      okText={t('common.save')}
      confirmLoading={renaming.isPending}
      onOk={form.submit}
      onCancel={onClose}
    >
      {renaming.error !== null && <ProblemAlert error={renaming.error} />}
      <Form
        form={form}
        layout="vertical"
        initialValues={{ name }}
        onFinish={(values) => renaming.mutate(values)}
      >
        <Form.Item
          name="name"
          label={t('mapping.name')}
          extra={t('mapping.renameHelp')}
          rules={[{ required: true, whitespace: true, max: 64 }]}
        >
          <Input />
        </Form.Item>
      </Form>
    </Modal>
  );
};

export const MappingActs = ({ id, name }: { readonly id: number; readonly name: string }) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [isRenaming, setIsRenaming] = useState(false);
  const removing = useMutation({
    mutationFn: () => call(removeMapping, { params: { id } }),
    onSuccess: async () => {
      await navigate({ to: '/mappings' });
      await queryClient.invalidateQueries({ queryKey: ['mappings'] });
    },
  });
  return (
    <Flex gap="small" align="center" wrap>
      {removing.error !== null && <ProblemAlert error={removing.error} />}
      {mayOperate && (
        <>
          <Button onClick={() => setIsRenaming(true)}>{t('mapping.rename')}</Button>
          <Popconfirm
            title={t('mapping.removeAsk')}
            okButtonProps={{ danger: true }}
            onConfirm={() => removing.mutate()}
          >
            <Button danger loading={removing.isPending}>
              {t('mapping.remove')}
            </Button>
          </Popconfirm>
        </>
      )}
      <Link to="/mappings">{t('mapping.title')}</Link>
      {isRenaming && <Renaming id={id} name={name} onClose={() => setIsRenaming(false)} />}
    </Flex>
  );
};
