/** The log as this node has it, and its newest checkpoint with the signatures checked in this browser. */
import { getLogKey, getTrustPolicy, type AnswerOf, type getLog } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Alert, Card, Empty, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from '../parts/Facts.tsx';
import { DataTable } from '../parts/DataTable.tsx';
import { download } from '../client/call.ts';
import { checkCheckpoint, type Cosignature } from '../client/check-checkpoint.ts';
import { logQuery } from '../client/queries.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { DownloadButton } from '../parts/DownloadButton.tsx';
import { Moment } from '../parts/Moment.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { Waiting } from '../parts/Waiting.tsx';

type Log = AnswerOf<typeof getLog>;

const Downloads = () => {
  const { t } = useTranslation();
  return (
    <Flex vertical gap="small">
      <Flex gap="small" wrap>
        <DownloadButton
          label={t('log.policy')}
          fetchFile={() => download(getTrustPolicy, {}, 'trust-policy.json')}
        />
        <DownloadButton label={t('log.logKey')} fetchFile={() => download(getLogKey, {}, 'log.pem')} />
      </Flex>
      <Typography.Text type="secondary">{t('log.policyHint')}</Typography.Text>
    </Flex>
  );
};

const Checkpoint = ({ checkpoint }: { readonly checkpoint: NonNullable<Log['checkpoint']> }) => {
  const { t } = useTranslation();
  const { note } = checkpoint;
  const checked = useQuery({
    queryKey: ['checkpoint', note],
    queryFn: () => checkCheckpoint(note),
    staleTime: Infinity,
  });
  if (checked.error !== null)
    return <ProblemAlert error={checked.error} onRetry={() => void checked.refetch()} />;
  if (checked.data === undefined) return <Waiting />;
  const { cosignatures, noLaterThan, refusal } = checked.data;
  return (
    <Flex vertical gap="middle">
      <Alert
        showIcon
        type={refusal === undefined ? 'success' : 'error'}
        title={
          refusal === undefined ? (
            <>
              {t('log.checked', { size: checkpoint.size })}{' '}
              {noLaterThan !== undefined && <Moment at={noLaterThan} />}
            </>
          ) : (
            refusal[currentLanguage()]
          )
        }
      />
      <DataTable<Cosignature>
        label={t('log.signatures')}
        rowKey="organization"
        size="small"
        dataSource={[...cosignatures]}
        columns={[
          { title: t('common.organization'), dataIndex: 'organization' },
          {
            title: t('log.cosignedAt'),
            dataIndex: 'at',
            render: (at?: number) => (at === undefined ? <Tag>{t('log.missing')}</Tag> : <Moment at={at} />),
          },
        ]}
      />
      <details>
        <summary>{t('log.note')}</summary>
        <pre tabIndex={0} style={{ overflowX: 'auto', fontSize: 12 }}>
          {note}
        </pre>
      </details>
    </Flex>
  );
};

const Hash = ({ text }: { readonly text: string }) => (
  <Typography.Text code copyable style={{ overflowWrap: 'anywhere' }}>
    {text}
  </Typography.Text>
);

export const LogPage = () => {
  const { t } = useTranslation();
  const { data: log, error, refetch } = useQuery(logQuery);
  if (error !== null && log === undefined)
    return <ProblemAlert error={error} onRetry={() => void refetch()} />;
  if (log === undefined) return <Waiting />;
  return (
    <>
      <PageTitle title={t('log.title')} />
      <Flex vertical gap="middle">
        <Card title={t('log.now')}>
          <Facts
            items={[
              { key: 'origin', label: t('overview.origin'), children: log.origin },
              { key: 'size', label: t('log.size'), children: log.size },
              { key: 'height', label: t('log.height'), children: log.height },
              { key: 'root', label: t('log.root'), children: <Hash text={log.root} /> },
              { key: 'state', label: t('log.stateRoot'), children: <Hash text={log.stateRoot} /> },
              {
                key: 'quorum',
                label: t('log.quorum'),
                children: t('log.quorumOf', { quorum: log.quorum, count: log.validators.length }),
              },
            ]}
          />
        </Card>
        <Card title={t('log.checkpoint')}>
          {log.checkpoint === null ? (
            <Empty description={t('overview.noCheckpoint')} />
          ) : (
            <Checkpoint checkpoint={log.checkpoint} />
          )}
        </Card>
        <Card title={t('log.downloads')}>
          <Downloads />
        </Card>
      </Flex>
    </>
  );
};
