/** One mapping: made from a sample, edited field by field, tried on the sample's rows while it is edited, and saved. */
import { getMapping } from '@suyuan/api';
import { parseMapping } from '@suyuan/battery';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { Alert, Flex, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { MappingActs } from '../parts/mapping/MappingActs.tsx';
import { MappingEditor } from '../parts/mapping/MappingEditor.tsx';

const SavedMapping = ({ id, first }: { readonly id: number; readonly first: number | undefined }) => {
  const { t } = useTranslation();
  const [version, setVersion] = useState(first);
  const saved = useQuery({
    queryKey: ['mappings', 'one', id, version],
    queryFn: () => call(getMapping, { params: { id }, query: version === undefined ? {} : { version } }),
    refetchOnWindowFocus: false,
  });
  if (saved.error !== null) return <ProblemAlert error={saved.error} onRetry={() => void saved.refetch()} />;
  if (saved.data === undefined) return <Waiting />;
  const { name, versions, mapping, removedAt } = saved.data;
  const isRemoved = removedAt !== undefined;
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
        actions={
          isRemoved ? <Link to="/mappings">{t('mapping.title')}</Link> : <MappingActs id={id} name={name} />
        }
      />
      {isRemoved && (
        <Alert showIcon type="warning" title={t('mapping.isRemoved')} style={{ marginBottom: 16 }} />
      )}
      {!isRemoved && saved.data.version !== newest && (
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
  const { version } = useSearch({ from: '/frame/mappings/$id' });
  if (id !== 'new')
    return (
      <SavedMapping key={id} id={Number(id)} first={version === undefined ? undefined : Number(version)} />
    );
  return (
    <Flex vertical>
      <PageTitle title={t('mapping.new')} actions={<Link to="/mappings">{t('mapping.title')}</Link>} />
      <MappingEditor />
    </Flex>
  );
};
