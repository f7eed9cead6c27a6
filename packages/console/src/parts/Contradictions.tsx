/** What contradicts the records that the node knows, or is missing so far, among those about to be reported. */
import { previewReport, type AnswerOf, type JsonOf } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Alert, Flex, Spin, Typography } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { call, ProblemError } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { ProblemAlert } from './ProblemAlert.tsx';
import { useKindLabel } from './use-kind-label.ts';

/** Records with a contradiction that are shown; the others are counted. */
const shownMax = 10;

type Preview = AnswerOf<typeof previewReport>;

const Item = ({ item }: { readonly item: Preview['items'][number] }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  return (
    <li style={{ marginBottom: 8 }}>
      {kindLabel(item.kind)}
      {item.row === undefined ? '' : ` · ${t('import.rowNumber', { row: item.row })}`}
      {item.findings
        .filter(({ level }) => level !== 'info')
        .map((finding) => (
          <div key={`${finding.code} ${finding.value ?? ''}`}>
            <Typography.Text code style={{ overflowWrap: 'anywhere' }}>
              {finding.value ?? item.code ?? item.record}
            </Typography.Text>{' '}
            {finding.message[currentLanguage()]}{' '}
            <Typography.Text type="secondary">{finding.code}</Typography.Text>
          </div>
        ))}
    </li>
  );
};

const Found = ({ preview }: { readonly preview: Preview }) => {
  const { t } = useTranslation();
  const { records, judged, contradicting, provisional, isComplete, items } = preview;
  const contradictions = items
    .filter(({ findings }) => findings.some(({ level }) => level !== 'info'))
    .slice(0, shownMax);
  return (
    <>
      {contradicting === 0 ? (
        <Alert showIcon type="success" title={t('report.noContradiction')} />
      ) : (
        <Alert
          showIcon
          type="warning"
          title={t('report.contradicting', { records: contradicting })}
          description={
            <>
              <ul style={{ margin: 0, paddingInlineStart: 20 }}>
                {contradictions.map((item) => (
                  <Item key={item.record} item={item} />
                ))}
              </ul>
              {contradicting > contradictions.length && (
                <p style={{ margin: 0 }}>
                  {t('report.moreContradicting', { records: contradicting - contradictions.length })}
                </p>
              )}
            </>
          }
        />
      )}
      {provisional > 0 && (
        <Alert showIcon type="info" title={t('report.provisional', { records: provisional })} />
      )}
      {judged < records && <Alert showIcon type="info" title={t('report.judgedSome', { judged, records })} />}
      {!isComplete && <Alert showIcon type="info" title={t('report.knownSome')} />}
    </>
  );
};

export const Contradictions = ({
  selection,
  onSettled,
}: {
  readonly selection: JsonOf<typeof previewReport>;
  /** Called once the findings, or why there are none, are on the screen; false where a report would be refused. */
  readonly onSettled: (isPossible: boolean) => void;
}) => {
  const { t } = useTranslation();
  const { data, error, isPending } = useQuery({
    queryKey: ['preview', selection],
    queryFn: () => call(previewReport, { json: selection }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const isPossible = !(error instanceof ProblemError && error.code === 'module_withdrawn');
  useEffect(() => {
    if (!isPending) onSettled(isPossible);
  }, [isPending, isPossible, onSettled]);
  return (
    <Flex vertical gap="small">
      {isPending && (
        <Flex gap="small" align="center" role="status">
          <Spin size="small" />
          {t('report.judging')}
        </Flex>
      )}
      {error !== null && <ProblemAlert error={error} />}
      {data !== undefined && <Found preview={data} />}
    </Flex>
  );
};
