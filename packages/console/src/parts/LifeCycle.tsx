/** The records of a life as a time line; each shows its fields and its evidence. */
import type { AnswerOf, traceCode } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { Card, Flex, Tag, Timeline, Typography } from 'antd';
import { Trans, useTranslation } from 'react-i18next';
import { currentLanguage } from '../i18n/i18n.ts';
import { CodeLink } from './CodeLink.tsx';
import { EvidencePanel } from './EvidencePanel.tsx';
import { VoidButton } from './governance/VoidButton.tsx';
import { RecordFields } from './RecordFields.tsx';
import { useKindLabel } from './use-kind-label.ts';
import { useOrganizationName } from './use-organization-name.ts';

export type LifeEvent = AnswerOf<typeof traceCode>['events'][number];

/** Events that are shown with all their fields from the start; of later ones the reader opens what is needed. */
const openEventsMax = 2;

/** Which of several acts of its kind a record is about, such as a swap or a way into stock. */
const actOf = ({ kind, public: open, shared }: LifeEvent): string | undefined => {
  const field = recordKind(kind)?.fields.find(({ id }) => id === 'subType');
  if (field?.type !== 'enum') return undefined;
  const value = open['subType'] ?? shared['subType'];
  return field.values.find(({ id }) => id === value)?.label[currentLanguage()];
};

/** In the order in which things happened; what has no date stays behind what is before it in the log. */
const byDate = (events: readonly LifeEvent[]): readonly LifeEvent[] => {
  let last = '';
  return events
    .map((event) => ({ event, date: (last = event.date ?? last) }))
    .toSorted((a, b) => (a.date === b.date ? 0 : a.date < b.date ? -1 : 1))
    .map(({ event }) => event);
};

const EventCard = ({
  code,
  event,
  isOpen,
  isDisputed,
}: {
  readonly code: string;
  readonly event: LifeEvent;
  readonly isOpen: boolean;
  readonly isDisputed: boolean;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const nameOfOrganization = useOrganizationName();
  const act = actOf(event);
  return (
    <Card size="small">
      <Flex vertical gap="small">
        <Flex wrap gap="small" align="center">
          <Typography.Title level={3} style={{ fontSize: 15, margin: 0 }}>
            {kindLabel(event.kind)}
          </Typography.Title>
          {act !== undefined && <Tag>{act}</Tag>}
          {event.date !== undefined && <time dateTime={event.date}>{event.date}</time>}
          <Typography.Text type="secondary">{nameOfOrganization(event.reporter)}</Typography.Text>
          {event.status !== 'reported' && <Tag color="warning">{t(`trace.status.${event.status}`)}</Tag>}
          {event.voided && <Tag color="error">{t('verify.voided')}</Tag>}
          {isDisputed && <Tag color="error">{t('trace.state.disputed')}</Tag>}
        </Flex>
        {event.code !== code && (
          <Typography.Text type="secondary">
            <Trans i18nKey="trace.via" components={{ code: <CodeLink code={event.code} /> }} />
          </Typography.Text>
        )}
        <details open={isOpen}>
          <summary>{t('trace.fields')}</summary>
          <RecordFields kind={event.kind} title={t('trace.public')} values={event.public} />
          <RecordFields kind={event.kind} title={t('trace.shared')} values={event.shared} />
        </details>
        {event.evidence !== undefined && <EvidencePanel evidence={event.evidence} />}
        {event.record !== undefined && !event.voided && <VoidButton record={event.record} />}
      </Flex>
    </Card>
  );
};

const nameOf = (event: LifeEvent): string => event.record ?? `staged:${event.staged ?? ''}`;

const dotColour = (event: LifeEvent): string => {
  if (event.voided) return 'red';
  return event.status === 'reported' ? 'green' : 'orange';
};

export const LifeCycle = ({
  code,
  events,
  disputed,
}: {
  readonly code: string;
  readonly events: readonly LifeEvent[];
  /** Names of records that contradict each other. */
  readonly disputed: ReadonlySet<string>;
}) => (
  <Timeline
    style={{ marginTop: 8 }}
    items={byDate(events).map((event, index) => ({
      key: nameOf(event),
      color: dotColour(event),
      content: (
        <EventCard
          code={code}
          event={event}
          isOpen={index < openEventsMax}
          isDisputed={disputed.has(nameOf(event))}
        />
      ),
    }))}
  />
);
