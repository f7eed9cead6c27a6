/** The state of a source as a coloured word. */
import type { AnswerOf, getSource } from '@suyuan/api';
import { Tag } from 'antd';
import { useTranslation } from 'react-i18next';

/** By the state of a source. */
export const sourceStateColour = {
  new: 'default',
  fresh: 'success',
  late: 'warning',
  paused: 'default',
  stopped: 'error',
} as const;

export const SourceState = ({ source }: { readonly source: AnswerOf<typeof getSource> }) => {
  const { t } = useTranslation();
  if (source.running !== undefined) return <Tag color="processing">{t('source.status.running')}</Tag>;
  return <Tag color={sourceStateColour[source.state]}>{t(`source.state.${source.state}`)}</Tag>;
};
