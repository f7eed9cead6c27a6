/** Shown while a page or its data is on the way. */
import { Flex, Spin } from 'antd';
import { useTranslation } from 'react-i18next';

export const Waiting = () => {
  const { t } = useTranslation();
  return (
    <Flex justify="center" style={{ padding: 64 }} role="status" aria-label={t('common.loading')}>
      <Spin size="large" />
    </Flex>
  );
};
