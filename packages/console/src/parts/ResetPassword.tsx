/** A button that gives a person who has forgotten the password a new one, shown this once. */
import { resetPassword } from '@suyuan/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Modal, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { OnceSecret } from './OnceSecret.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';

interface Person {
  readonly id: string;
  readonly name: string;
}

const ResetPasswordDialog = ({ user, onClose }: { readonly user: Person; readonly onClose: () => void }) => {
  const { t } = useTranslation();
  const resetting = useMutation({ mutationFn: () => call(resetPassword, { params: { id: user.id } }) });
  const isReset = resetting.data !== undefined;
  return (
    <Modal
      open
      title={t('accounts.resetAsk', { name: user.name })}
      okText={isReset ? t('common.close') : t('accounts.reset')}
      cancelButtonProps={{ style: isReset ? { display: 'none' } : {} }}
      onCancel={onClose}
      onOk={isReset ? onClose : () => resetting.mutate()}
      confirmLoading={resetting.isPending}
    >
      {resetting.data === undefined ? (
        <Typography.Paragraph>{t('accounts.resetAskWhy')}</Typography.Paragraph>
      ) : (
        <OnceSecret label={t('accounts.newPassword')} secret={resetting.data.password} />
      )}
      {resetting.error !== null && <ProblemAlert error={resetting.error} />}
    </Modal>
  );
};

export const ResetPassword = ({ user }: { readonly user: Person }) => {
  const { t } = useTranslation();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <>
      <Button type="text" aria-label={`${t('accounts.reset')}: ${user.name}`} onClick={() => setIsOpen(true)}>
        {t('accounts.reset')}
      </Button>
      {isOpen && <ResetPasswordDialog user={user} onClose={() => setIsOpen(false)} />}
    </>
  );
};
