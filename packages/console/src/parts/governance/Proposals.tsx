/** What waits for votes: who has approved, who is missing, how long it waits; answered here where it is ours to. */
import type { GovernanceWish } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Card, Empty, Flex, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { ActDialog } from './ActDialog.tsx';
import { proposalsQuery } from './governance-queries.ts';

export const Proposals = () => {
  const { t } = useTranslation();
  const mayGovern = useIsAdministrator();
  const proposals = useQuery(proposalsQuery);
  const [wish, setWish] = useState<GovernanceWish>();
  const items = proposals.data?.items ?? [];
  return (
    <Card title={t('governance.tab.proposals')} loading={proposals.isPending}>
      {proposals.error !== null && <ProblemAlert error={proposals.error} />}
      {items.length === 0 && <Empty description={t('governance.proposals.none')} />}
      <Flex vertical gap="middle">
        {items.map(({ entry, issuer, sentence, votes, blocksLeft, mayVote }) => (
          <Card key={entry} size="small">
            <Flex vertical gap="small">
              <Typography.Text strong>{sentence[currentLanguage()]}</Typography.Text>
              <Typography.Text type="secondary">
                {`${t('common.entry')} ${entry} · ${t('governance.history.issuer')} ${issuer} · ${t('governance.proposals.blocks', { count: blocksLeft })}`}
              </Typography.Text>
              <Flex wrap gap={4} align="center" aria-label={t('governance.proposals.votes')}>
                {votes.approvals.map((id) => (
                  <Tag key={id} color="success">
                    {id}
                  </Tag>
                ))}
                {votes.rejections.map((id) => (
                  <Tag key={id} color="error">
                    {id}
                  </Tag>
                ))}
                {votes.missing.map((id) => (
                  <Tag key={id}>{id}</Tag>
                ))}
                <Typography.Text type="secondary">
                  {t('governance.decide.votes', { needed: votes.needed, missing: votes.missing.join(', ') })}
                </Typography.Text>
              </Flex>
              {mayGovern && mayVote && (
                <Flex gap="small">
                  <Button type="primary" onClick={() => setWish({ kind: 'vote', entry, approves: true })}>
                    {t('governance.proposals.approve')}
                  </Button>
                  <Button danger onClick={() => setWish({ kind: 'vote', entry, approves: false })}>
                    {t('governance.proposals.reject')}
                  </Button>
                </Flex>
              )}
            </Flex>
          </Card>
        ))}
      </Flex>
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </Card>
  );
};
