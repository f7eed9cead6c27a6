/** Fetches the next page of a list that is read by cursor. */
import { Button, Flex } from 'antd';
import { useTranslation } from 'react-i18next';

export const MoreButton = ({
  query,
}: {
  readonly query: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly fetchNextPage: () => unknown;
  };
}) => {
  const { t } = useTranslation();
  if (!query.hasNextPage) return null;
  return (
    <Flex justify="center" style={{ marginTop: 12 }}>
      <Button loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t('common.more')}
      </Button>
    </Flex>
  );
};
