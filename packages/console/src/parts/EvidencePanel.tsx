/** What speaks for a record: its place in the log, the time it was there at the latest, who stores it, and the files. */
import type { AnswerOf, traceCode } from '@suyuan/api';
import { Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from './Facts.tsx';
import { useMayOperate } from '../client/use-may-operate.ts';
import { DisclosureButton } from './DisclosureButton.tsx';
import { Moment } from './Moment.tsx';
import { ReceiptLinks } from './ReceiptLinks.tsx';
import { useOrganizationName } from './use-organization-name.ts';

type Evidence = NonNullable<AnswerOf<typeof traceCode>['events'][number]['evidence']>;

export const EvidencePanel = ({ evidence }: { readonly evidence: Evidence }) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const nameOfOrganization = useOrganizationName();
  const { entry, leaf, noLaterThan, acknowledgements } = evidence;
  return (
    <section
      aria-label={`${t('trace.evidence')} ${entry}/${leaf}`}
      style={{ background: '#f4f7f6', padding: 12, borderRadius: 6 }}
    >
      <Flex vertical gap="small">
        <Facts
          title={t('trace.evidence')}
          items={[
            {
              key: 'record',
              label: t('evidence.record'),
              children: <Typography.Text copyable>{`${entry}/${leaf}`}</Typography.Text>,
            },
            {
              key: 'time',
              label: t('trace.notLater'),
              children: noLaterThan === undefined ? t('evidence.soon') : <Moment at={noLaterThan} />,
            },
            {
              key: 'stored',
              label: t('evidence.storedBy'),
              children:
                acknowledgements.length === 0 ? (
                  t('common.none')
                ) : (
                  <Flex wrap gap={4}>
                    {acknowledgements.map((organization) => (
                      <Tag key={organization} style={{ margin: 0, whiteSpace: 'normal' }}>
                        {nameOfOrganization(organization)}
                      </Tag>
                    ))}
                  </Flex>
                ),
            },
          ]}
        />
        <Flex wrap gap="small">
          <ReceiptLinks entry={entry} leaf={leaf} />
          {mayOperate && <DisclosureButton entry={entry} leaf={leaf} />}
        </Flex>
      </Flex>
    </section>
  );
};
