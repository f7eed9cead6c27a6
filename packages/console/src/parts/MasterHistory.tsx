/** The versions of one entry of master data, the latest first day on top. */
import { getMasterEntry, type AnswerOf } from '@suyuan/api';
import { recordKind } from '@suyuan/battery';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card, Drawer, Flex, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { MasterStanding } from './MasterStanding.tsx';
import { MoreButton } from './MoreButton.tsx';
import { ProblemAlert } from './ProblemAlert.tsx';
import { RecordFields } from './RecordFields.tsx';
import { Waiting } from './Waiting.tsx';
import type { MasterKind, MasterProduct } from './master-kind.ts';

type Version = AnswerOf<typeof getMasterEntry>['items'][number];

const OneVersion = ({ kind, version }: { readonly kind: MasterKind; readonly version: Version }) => {
  const { t } = useTranslation();
  const { validFrom, validTo, standing, record, reporter, values } = version;
  return (
    <Card
      size="small"
      title={
        <Flex gap="small" align="center" wrap>
          {validTo === undefined ? t('master.from', { validFrom }) : `${validFrom} – ${validTo}`}
          <MasterStanding standing={standing} />
        </Flex>
      }
      extra={
        <Typography.Text type="secondary">
          {record === undefined ? t('master.builtInVersion') : t('master.reportedBy', { reporter, record })}
        </Typography.Text>
      }
    >
      <RecordFields kind={kind} title="" values={values} />
    </Card>
  );
};

export const MasterHistory = ({
  kind,
  code,
  product,
  day,
  onClose,
}: {
  readonly kind: MasterKind;
  /** The entry's key. */
  readonly code: string;
  readonly product: MasterProduct | undefined;
  readonly day: string;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const versions = useInfiniteQuery({
    queryKey: ['master', kind, 'versions', code, product, day],
    queryFn: ({ pageParam }) =>
      call(getMasterEntry, {
        params: { kind, key: code },
        query: {
          day,
          ...(product === undefined ? {} : { product }),
          ...(pageParam === '' ? {} : { after: pageParam }),
        },
      }),
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  });
  // Symbols and days are nothing that records are found by.
  const isTraced = recordKind(kind)?.fields.some(({ role }) => role === 'reference') === true;
  const traceLink = (
    <Link to="/trace" search={{ code }}>
      {t('menu.trace')}
    </Link>
  );
  return (
    <Drawer
      open
      size="min(860px, 100vw)"
      title={t('master.historyOf', { code })}
      {...(isTraced ? { extra: traceLink } : {})}
      onClose={onClose}
    >
      {versions.isPending && <Waiting />}
      {versions.error !== null && (
        <ProblemAlert error={versions.error} onRetry={() => void versions.refetch()} />
      )}
      <Flex vertical gap="middle">
        {versions.data?.pages
          .flatMap((page) => page.items)
          .map((version) => (
            <OneVersion
              key={version.record ?? `built in ${version.validFrom}`}
              kind={kind}
              version={version}
            />
          ))}
      </Flex>
      <MoreButton query={versions} />
    </Drawer>
  );
};
