/** One mapping: made from a sample, edited field by field, tried on the sample's rows while it is edited, and saved. */
import { getMapping } from '@suyuan/api';
import { parseMapping } from '@suyuan/battery';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { Alert, Flex, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { MappingEditor } from '../parts/mapping/MappingEditor.tsx';

const SavedMapping = ({ id }: { readonly id: number }) => {
  const { t } = useTranslation();
  const [version, setVersion] = useState<number>();
  const saved = useQuery({
    queryKey: ['mappings', 'one', id, version],
    queryFn: () => call(getMapping, { params: { id }, query: version === undefined ? {} : { version } }),
    refetchOnWindowFocus: false,
  });
  if (saved.error !== null) return <ProblemAlert error={saved.error} onRetry={() => void saved.refetch()} />;
  if (saved.data === undefined) return <Waiting />;
  const { name, versions, mapping } = saved.data;
  const newest = versions[0]?.version ?? saved.data.version;
  const parsed = parseMapping(mapping);
  if (!parsed.ok) return <Alert type="error" showIcon title={t('mapping.notReadable')} />;
  return (
    <>
      <PageTitle
        title={name}
        extra={
          <Select
            aria-label={t('mapping.version')}
            value={saved.data.version}
            options={versions.map((entry) => ({
              value: entry.version,
              label: t('mapping.versionBy', { version: entry.version, by: entry.createdBy }),
            }))}
            onChange={setVersion}
          />
        }
        actions={<Link to="/mappings">{t('mapping.title')}</Link>}
      />
      {saved.data.version !== newest && (
        <Alert showIcon type="info" title={t('mapping.oldVersion')} style={{ marginBottom: 16 }} />
      )}
      <MappingEditor
        key={`${id}/${saved.data.version}`}
        initial={parsed.value}
        saved={{ id, newest }}
        onSaved={() => setVersion(undefined)}
      />
    </>
  );
};

export const MappingPage = () => {
  const { t } = useTranslation();
  const { id } = useParams({ from: '/frame/mappings/$id' });
  if (id !== 'new') return <SavedMapping id={Number(id)} />;
  return (
    <Flex vertical>
      <PageTitle title={t('mapping.new')} actions={<Link to="/mappings">{t('mapping.title')}</Link>} />
      <MappingEditor />
    </Flex>
  );
};
