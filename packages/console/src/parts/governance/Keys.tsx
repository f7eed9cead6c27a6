/** The keys in force of every organisation; those of this node can be replaced here. */
import type { AnswerOf, getGovernance, GovernanceWish } from '@suyuan/api';
import { Button, Card, Modal, Select, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { DataTable } from '../DataTable.tsx';
import { ActDialog } from './ActDialog.tsx';

type Now = AnswerOf<typeof getGovernance>;
type Purpose = Now['organizations'][number]['keys'][number]['purpose'];

const ChooseKeys = ({
  purposes,
  onChosen,
  onClose,
}: {
  readonly purposes: readonly Purpose[];
  readonly onChosen: (purposes: Purpose[]) => void;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const [chosen, setChosen] = useState<Purpose[]>([]);
  return (
    <Modal
      open
      title={t('governance.keys.rotate')}
      okText={t('governance.void.next')}
      okButtonProps={{ disabled: chosen.length === 0 }}
      onOk={() => onChosen(chosen)}
      onCancel={onClose}
    >
      <Select
        mode="multiple"
        style={{ width: '100%' }}
        aria-label={t('governance.keys.choose')}
        placeholder={t('governance.keys.choose')}
        value={chosen}
        onChange={setChosen}
        options={purposes.map((value) => ({ value, label: t(`governance.purpose.${value}`) }))}
      />
    </Modal>
  );
};

export const Keys = ({ now }: { readonly now: Now }) => {
  const { t } = useTranslation();
  const mayGovern = useIsAdministrator();
  const [isChoosing, setIsChoosing] = useState(false);
  const [wish, setWish] = useState<GovernanceWish>();
  const own = now.organizations.find(({ id }) => id === now.organization)?.keys ?? [];
  const rows = now.organizations.flatMap(({ id, name, keys }) =>
    keys.map((key) => ({ ...key, row: `${id} ${key.keyId}`, name })),
  );
  return (
    <Card
      title={t('governance.tab.keys')}
      extra={mayGovern && <Button onClick={() => setIsChoosing(true)}>{t('governance.keys.rotate')}</Button>}
    >
      <DataTable
        label={t('governance.tab.keys')}
        rowKey="row"
        dataSource={rows}
        columns={[
          { title: t('common.organization'), dataIndex: 'name' },
          {
            title: t('governance.keys.purpose'),
            dataIndex: 'purpose',
            render: (purpose: Purpose) => t(`governance.purpose.${purpose}`),
          },
          {
            title: 'kid',
            dataIndex: 'keyId',
            render: (keyId: string) => (
              <Typography.Text code copyable={{ text: keyId }}>
                {keyId.slice(0, 16)}…
              </Typography.Text>
            ),
          },
          { title: t('governance.keys.from'), dataIndex: 'from' },
          {
            title: t('governance.keys.until'),
            dataIndex: 'until',
            render: (until: number | null) => until ?? '–',
          },
        ]}
      />
      {isChoosing && (
        <ChooseKeys
          purposes={own.map(({ purpose }) => purpose)}
          onClose={() => setIsChoosing(false)}
          onChosen={(purposes) => {
            setIsChoosing(false);
            setWish({ kind: 'key_rotation', purposes });
          }}
        />
      )}
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </Card>
  );
};
