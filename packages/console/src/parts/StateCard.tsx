/** Where a battery or vehicle is now: its status, what it is in, who has it; what contradicts that or is missing. */
import type { AnswerOf, traceCode } from '@suyuan/api';
import { Alert, Card, Flex, Tag, Typography, type DescriptionsProps } from 'antd';
import { useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n/i18n.ts';
import { CodeLink } from './CodeLink.tsx';
import { Facts } from './Facts.tsx';
import { SettleButton } from './governance/SettleButton.tsx';
import { Moment } from './Moment.tsx';

type State = NonNullable<AnswerOf<typeof traceCode>['state']>;

/** Contradictions that are open from the start. */
const openConflictsMax = 3;

const statusColour = {
  unknown: 'default',
  made: 'processing',
  built_in: 'processing',
  in_stock: 'processing',
  in_vehicle: 'success',
  removed: 'warning',
  collected: 'warning',
  dispatched: 'warning',
  retired: 'default',
  treated: 'default',
  sold: 'success',
} as const satisfies Record<State['status'], string>;

/** A civil date stays as it is; a time is shown in the reader's zone. */
const When = ({ at }: { readonly at: string }) =>
  at.length > 10 ? <Moment at={at} /> : <time dateTime={at}>{at}</time>;

const useFacts = (state: State): NonNullable<DescriptionsProps['items']> => {
  const { t } = useTranslation();
  const { in: place, vehicle, batteries, holder, since, record } = state;
  const items: NonNullable<DescriptionsProps['items']> = [];
  if (place !== undefined && place !== vehicle) {
    items.push({ key: 'in', label: t('trace.state.in'), children: <CodeLink code={place} /> });
  }
  if (vehicle !== undefined) {
    items.push({ key: 'vehicle', label: t('trace.state.vehicle'), children: <CodeLink code={vehicle} /> });
  }
  if (batteries.length > 0) {
    const links = batteries.map((code) => <CodeLink key={code} code={code} />);
    const list = (
      <Flex vertical gap={4}>
        {links}
      </Flex>
    );
    items.push({ key: 'batteries', label: t('trace.state.batteries'), children: list });
  }
  if (holder !== undefined) {
    const named = holder.name === '' ? holder.code : `${holder.name} (${holder.code})`;
    items.push({ key: 'holder', label: t('trace.state.holder'), children: named });
  }
  if (since !== undefined) {
    items.push({ key: 'since', label: t('trace.state.since'), children: <When at={since} /> });
  }
  if (record !== undefined) items.push({ key: 'record', label: t('trace.state.record'), children: record });
  return items;
};

const Conflict = ({ conflict }: { readonly conflict: State['conflicts'][number] }) => {
  const { t } = useTranslation();
  const { finding, records, settled } = conflict;
  return (
    <Alert
      showIcon
      type={settled ? 'info' : 'error'}
      title={finding.message[currentLanguage()]}
      description={
        <Flex wrap gap="small" align="center">
          <span>{t('trace.state.between', { first: records[0], second: records[1] })}</span>
          {settled ? (
            <Tag color="success">{t('trace.state.settled')}</Tag>
          ) : (
            <SettleButton records={records} />
          )}
        </Flex>
      }
    />
  );
};

const Conflicts = ({ conflicts }: Pick<State, 'conflicts'>) => {
  const { t } = useTranslation();
  const rest = conflicts.slice(openConflictsMax);
  const shown = (conflict: State['conflicts'][number]) => (
    <Conflict key={`${conflict.finding.code} ${conflict.records.join(' ')}`} conflict={conflict} />
  );
  return (
    <>
      {conflicts.slice(0, openConflictsMax).map(shown)}
      {rest.length > 0 && (
        <details>
          <summary>{t('trace.moreFindings', { count: rest.length })}</summary>
          <Flex vertical gap="small">
            {rest.map(shown)}
          </Flex>
        </details>
      )}
    </>
  );
};

export const StateCard = ({ state }: { readonly state: State }) => {
  const { t } = useTranslation();
  const facts = useFacts(state);
  const { status, conflicts, provisional } = state;
  return (
    <Card
      title={
        <Flex wrap gap="small" align="center">
          {t('trace.state.title')}
          <Tag color={statusColour[status]} style={{ fontSize: 14 }}>
            {t(`trace.state.status.${status}`)}
          </Tag>
        </Flex>
      }
    >
      <Flex vertical gap="small">
        {facts.length > 0 && <Facts items={facts} />}
        <Conflicts conflicts={conflicts} />
        {provisional.length > 0 && (
          <Alert
            showIcon
            type="warning"
            title={t('trace.state.provisional')}
            description={
              <ul style={{ margin: 0, paddingInlineStart: 20 }}>
                {provisional.map((finding) => (
                  <li key={finding.code}>
                    {finding.message[currentLanguage()]}{' '}
                    <Typography.Text type="secondary">{finding.code}</Typography.Text>
                  </li>
                ))}
              </ul>
            }
          />
        )}
      </Flex>
    </Card>
  );
};
