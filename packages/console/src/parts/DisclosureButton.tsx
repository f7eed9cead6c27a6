/** Downloads texts and salts of a record, after saying what that means and asking which parts. */
import { UnlockOutlined } from '@ant-design/icons';
import { getDisclosure } from '@suyuan/api';
import { useMutation } from '@tanstack/react-query';
import { Button, Flex, Modal, Radio, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { download } from '../client/call.ts';
import { ProblemAlert } from './ProblemAlert.tsx';

const choices = ['public', 'public,shared'] as const;

export const DisclosureButton = ({ entry, leaf }: { readonly entry: number; readonly leaf: number }) => {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [parts, setParts] = useState<(typeof choices)[number]>('public');
  const fetching = useMutation({
    mutationFn: () =>
      download(
        getDisclosure,
        { params: { entry, leaf }, query: { parts } },
        `disclosure-${entry}-${leaf}.json`,
      ),
    onSuccess: () => setOpen(false),
  });
  return (
    <>
      <Button
        icon={<UnlockOutlined />}
        aria-label={`${t('trace.disclosure')} ${entry}/${leaf}`}
        onClick={() => setOpen(true)}
      >
        {t('trace.disclosure')}
      </Button>
      <Modal
        open={open}
        title={`${t('trace.disclosure')} ${entry}/${leaf}`}
        okText={t('common.download')}
        confirmLoading={fetching.isPending}
        onOk={() => fetching.mutate()}
        onCancel={() => setOpen(false)}
      >
        <Flex vertical gap="middle">
          <Typography.Text>{t('evidence.disclosureMeans')}</Typography.Text>
          <Radio.Group
            value={parts}
            onChange={(event) => setParts(event.target.value === 'public' ? 'public' : 'public,shared')}
            options={choices.map((value) => ({
              value,
              label: t(value === 'public' ? 'evidence.publicOnly' : 'evidence.publicAndShared'),
            }))}
          />
          {fetching.error !== null && <ProblemAlert error={fetching.error} />}
        </Flex>
      </Modal>
    </>
  );
};
