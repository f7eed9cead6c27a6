/** Invites one organisation, or those of a list; hands out the files, which are to be had this once. */
import {
  createInvitation,
  createInvitations,
  type AnswerOf,
  type getGovernance,
  type JsonOf,
} from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Flex, Form, Input, Modal, Select, Upload, type FormInstance } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { saveFile } from '../../client/save-file.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';

type Now = AnswerOf<typeof getGovernance>;
type Invited = JsonOf<typeof createInvitation>;
type File = AnswerOf<typeof createInvitation>['file'];

export const invitationsKey = ['governance', 'invitations'];

const saveInvitation = (id: number, file: File): void =>
  saveFile(`invitation-${id}.json`, new Blob([`${JSON.stringify(file, undefined, 2)}\n`]));

const InviteForm = ({
  now,
  form,
  onFinish,
  onList,
}: {
  readonly now: Now;
  readonly form: FormInstance<Invited>;
  readonly onFinish: (invited: Invited) => void;
  readonly onList: (file: Blob) => void;
}) => {
  const { t } = useTranslation();
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ role: 'observer' }}
      onFinish={(json: Invited) => onFinish(json)}
    >
      <Form.Item name="name" label={t('governance.joining.name')} rules={[{ required: true, max: 100 }]}>
        <Input autoComplete="off" />
      </Form.Item>
      <Form.Item
        name="businessType"
        label={t('governance.joining.businessType')}
        rules={[{ required: true }]}
      >
        <Select
          options={now.businessTypes.map(({ id, label }) => ({
            value: id,
            label: label[currentLanguage()],
          }))}
        />
      </Form.Item>
      <Form.Item name="role" label={t('governance.joining.role')}>
        <Select
          options={(['observer', 'validator', 'hosted'] as const).map((role) => ({
            value: role,
            label: t(`governance.role.${role}`),
          }))}
        />
      </Form.Item>
      <Upload
        accept=".xlsx,.csv"
        showUploadList={false}
        beforeUpload={(file) => {
          onList(file);
          return false;
        }}
      >
        <Button>{t('governance.joining.list')}</Button>
      </Upload>
    </Form>
  );
};

export const InviteDialog = ({ now, onClose }: { readonly now: Now; readonly onClose: () => void }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const [form] = Form.useForm<Invited>();
  const [files, setFiles] = useState<readonly { readonly id: number; readonly file: File }[]>();
  const onSuccess = (made: readonly { readonly id: number; readonly file: File }[]): void => {
    setFiles(made);
    void queryClient.invalidateQueries({ queryKey: invitationsKey });
  };
  const inviting = useMutation({
    mutationFn: (json: Invited) => call(createInvitation, { json }),
    onSuccess: (made) => onSuccess([made]),
  });
  const listing = useMutation({
    mutationFn: (file: Blob) => call(createInvitations, { file, mediaType: 'application/octet-stream' }),
    onSuccess: ({ items }) => onSuccess(items),
  });
  const failure = inviting.error ?? listing.error;
  return (
    <Modal
      open
      title={t('governance.joining.invite')}
      okText={files === undefined ? t('governance.joining.invite') : t('common.close')}
      confirmLoading={inviting.isPending || listing.isPending}
      onOk={files === undefined ? form.submit : onClose}
      onCancel={onClose}
    >
      {files === undefined ? (
        <>
          <InviteForm now={now} form={form} onFinish={inviting.mutate} onList={listing.mutate} />
          {failure !== null && <ProblemAlert error={failure} />}
        </>
      ) : (
        <Flex vertical gap="small">
          <Alert type="warning" showIcon title={t('governance.joining.once')} />
          {files.map(({ id, file }) => (
            <Button key={id} onClick={() => saveInvitation(id, file)}>
              {`${t('governance.joining.file')}: ${file.name}`}
            </Button>
          ))}
        </Flex>
      )}
    </Modal>
  );
};
