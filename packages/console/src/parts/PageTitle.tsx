/** The heading of a page, also the title of the browser's tab, with the page's actions on the right. */
import { Flex, Typography } from 'antd';
import { useEffect, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export const PageTitle = ({
  title,
  extra,
  actions,
}: {
  readonly title: string;
  readonly extra?: ReactNode;
  readonly actions?: ReactNode;
}) => {
  const { t } = useTranslation();
  const product = t('product');
  useEffect(() => {
    document.title = `${title} · ${product}`;
  }, [title, product]);
  return (
    <Flex justify="space-between" align="center" wrap gap="small" style={{ marginBottom: 20 }}>
      <Flex align="center" wrap gap="small">
        <Typography.Title level={1} style={{ fontSize: 22, margin: 0, overflowWrap: 'anywhere' }}>
          {title}
        </Typography.Title>
        {extra}
      </Flex>
      {actions}
    </Flex>
  );
};
