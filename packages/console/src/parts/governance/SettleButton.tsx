/** Settles a conflict between two reported records from where it is shown: which of them stand, and why. */
import type { GovernanceWish } from '@suyuan/api';
import { Button, Checkbox, Flex, Form, Input, Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { ActDialog } from './ActDialog.tsx';

interface Choice {
  readonly upheld?: string[];
  readonly note?: string;
}

export const SettleButton = ({ records }: { readonly records: readonly string[] }) => {
  const { t } = useTranslation();
  const mayGovern = useIsAdministrator();
  const [form] = Form.useForm<Choice>();
  const [isChoosing, setIsChoosing] = useState(false);
  const [wish, setWish] = useState<GovernanceWish>();
  // What is not reported yet can simply be discarded.
  if (!mayGovern || records.some((record) => record.startsWith('staged:'))) return null;
  const finish = ({ upheld = [], note }: Choice): void => {
    setIsChoosing(false);
    const why = note === undefined || note === '' ? {} : { note };
    setWish({ kind: 'resolution', records: [...records], upheld, ...why });
  };
  return (
    <>
      <Button size="small" onClick={() => setIsChoosing(true)}>
        {t('governance.settle.act')}
      </Button>
      {isChoosing && (
        <Modal
          open
          title={t('governance.settle.title')}
          okText={t('governance.settle.next')}
          onOk={form.submit}
          onCancel={() => setIsChoosing(false)}
        >
          <Form<Choice> form={form} layout="vertical" onFinish={finish}>
            <Form.Item name="upheld" label={t('governance.settle.which')}>
              <Checkbox.Group>
                <Flex vertical>
                  {records.map((record) => (
                    <Checkbox key={record} value={record}>
                      {record}
                    </Checkbox>
                  ))}
                </Flex>
              </Checkbox.Group>
            </Form.Item>
            <Form.Item name="note" label={t('governance.void.note')}>
              <Input.TextArea maxLength={2000} rows={2} />
            </Form.Item>
          </Form>
        </Modal>
      )}
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </>
  );
};
