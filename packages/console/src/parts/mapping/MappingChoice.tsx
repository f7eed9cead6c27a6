/** Whether a file is a filled-in template, or which saved mapping reads it; shown where there is a mapping. */
import { useQuery } from '@tanstack/react-query';
import { Select } from 'antd';
import { useTranslation } from 'react-i18next';
import { mappingsQuery } from '../../client/queries.ts';

export const MappingChoice = ({
  kind,
  value,
  onChange,
}: {
  readonly kind: string;
  readonly value: string | undefined;
  readonly onChange: (mapping: string | undefined) => void;
}) => {
  const { t } = useTranslation();
  const mappings = useQuery(mappingsQuery(kind));
  const items = mappings.data?.items ?? [];
  if (items.length === 0) return null;
  return (
    <Select
      aria-label={t('mapping.choose')}
      style={{ minWidth: 180 }}
      value={value ?? ''}
      options={[
        { value: '', label: t('mapping.use') },
        ...items.map(({ name }) => ({ value: name, label: `${t('mapping.choose')}: ${name}` })),
      ]}
      onChange={(name: string) => onChange(name === '' ? undefined : name)}
    />
  );
};
