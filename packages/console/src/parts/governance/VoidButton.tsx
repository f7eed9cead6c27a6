/** Voids one record: kept or deleted, with a reason; what it leads to is shown before it is signed. */
import type { GovernanceWish } from '@suyuan/api';
import { Button, Form, Input, Modal, Radio, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { ActDialog } from './ActDialog.tsx';

const reasons = [
  'mistake',
  'duplicate',
  'replaced',
  'personal_data',
  'unlawful',
  'court_order',
  'other',
] as const;

interface Choice {
  readonly mode: 'keep' | 'erase';
  readonly reason: (typeof reasons)[number];
  readonly replacement?: string;
  readonly note?: string;
}

const ChooseVoid = ({
  record,
  onChosen,
  onClose,
}: {
  readonly record: string;
  readonly onChosen: (wish: GovernanceWish) => void;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const [form] = Form.useForm<Choice>();
  const reason = Form.useWatch('reason', form);
  const finish = ({ mode, reason: why, replacement, note }: Choice): void =>
    onChosen({
      kind: 'void',
      records: [record],
      mode,
      reason: why,
      ...(why === 'replaced' && replacement !== undefined ? { replacements: [replacement] } : {}),
      ...(note === undefined || note === '' ? {} : { note }),
    });
  return (
    <Modal
      open
      title={t('governance.void.title', { record })}
      okText={t('governance.void.next')}
      onOk={form.submit}
      onCancel={onClose}
    >
      <Form<Choice> form={form} layout="vertical" initialValues={{ mode: 'keep' }} onFinish={finish}>
        <Form.Item name="mode" label={t('governance.void.mode')}>
          <Radio.Group
            options={[
              { value: 'keep', label: t('governance.void.keep') },
              { value: 'erase', label: t('governance.void.erase') },
            ]}
          />
        </Form.Item>
        <Form.Item name="reason" label={t('governance.void.reason')} rules={[{ required: true }]}>
          <Select
            options={reasons.map((value) => ({ value, label: t(`governance.void.reasons.${value}`) }))}
          />
        </Form.Item>
        {reason === 'replaced' && (
          <Form.Item
            name="replacement"
            label={t('governance.void.replacement')}
            rules={[{ required: true, pattern: /^\d{1,15}\/\d{1,4}$/u }]}
          >
            <Input />
          </Form.Item>
        )}
        <Form.Item name="note" label={t('governance.void.note')}>
          <Input.TextArea maxLength={2000} rows={2} />
        </Form.Item>
      </Form>
    </Modal>
  );
};

export const VoidButton = ({ record }: { readonly record: string }) => {
  const { t } = useTranslation();
  const mayGovern = useIsAdministrator();
  const [isChoosing, setIsChoosing] = useState(false);
  const [wish, setWish] = useState<GovernanceWish>();
  if (!mayGovern) return null;
  return (
    <>
      <Button danger size="small" style={{ alignSelf: 'flex-start' }} onClick={() => setIsChoosing(true)}>
        {t('governance.void.act')}
      </Button>
      {isChoosing && (
        <ChooseVoid
          record={record}
          onClose={() => setIsChoosing(false)}
          onChosen={(chosen) => {
            setIsChoosing(false);
            setWish(chosen);
          }}
        />
      )}
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </>
  );
};
