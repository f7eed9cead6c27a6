/** Whether a version of master data counts on the day that was asked for. */
import type { AnswerOf, getMasterEntry } from '@suyuan/api';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

type Standing = AnswerOf<typeof getMasterEntry>['items'][number]['standing'];

const colours = {
  in_force: 'success',
  ahead: 'processing',
  ended: 'warning',
  replaced: 'default',
  voided: 'error',
} as const;

export const MasterStanding = ({ standing }: { readonly standing: Standing }) => {
  const { t } = useTranslation();
  return <Tag color={colours[standing]}>{t(`master.standing.${standing}`)}</Tag>;
};
