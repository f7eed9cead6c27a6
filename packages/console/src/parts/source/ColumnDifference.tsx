/** Columns of a source that are gone, and new ones. */
import { Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

export const ColumnDifference = ({
  changed,
}: {
  readonly changed: { readonly missing: readonly string[]; readonly added: readonly string[] };
}) => {
  const { t } = useTranslation();
  const line = (label: string, color: string, names: readonly string[]) =>
    names.length > 0 && (
      <Flex gap="small" wrap>
        <Typography.Text type="secondary">{label}</Typography.Text>
        {names.map((name) => (
          <Tag key={name} color={color}>
            {name}
          </Tag>
        ))}
      </Flex>
    );
  return (
    <Flex vertical gap="small" style={{ marginBottom: 8 }}>
      {line(t('source.missing'), 'error', changed.missing)}
      {line(t('source.added'), 'processing', changed.added)}
    </Flex>
  );
};
