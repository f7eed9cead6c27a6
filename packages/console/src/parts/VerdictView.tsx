/** The verdict on a receipt, or the one reason why there is none. */
import type { Result } from '@suyuan/log';
import { explainRejection, type BundleVerdict, type Verdict, type VerifyRejection } from '@suyuan/verifier';
import { Alert, Card, Flex, Tag, Typography } from 'antd';
import { useTranslation } from 'react-i18next';
import { Facts } from './Facts.tsx';
import { currentLanguage } from '../i18n/i18n.ts';
import { Moment } from './Moment.tsx';

/** Records listed by name; of larger receipts the rest is a count. */
const recordsShownMax = 50;

const RecordTags = ({ verdict }: { readonly verdict: BundleVerdict }) => {
  const { t } = useTranslation();
  return (
    <Flex wrap gap={4}>
      {verdict.records.slice(0, recordsShownMax).map((record) => (
        <Tag key={record.leaf} color={record.voided === undefined ? 'success' : 'error'}>
          {verdict.entry}/{record.leaf}{' '}
          {record.voided === undefined ? t('verify.notVoided') : t('verify.voided')}
        </Tag>
      ))}
      {verdict.records.length > recordsShownMax && <Tag>+{verdict.records.length - recordsShownMax}</Tag>}
    </Flex>
  );
};

const Disclosed = ({ verdict }: { readonly verdict: BundleVerdict }) => {
  const { t } = useTranslation();
  if (verdict.disclosed === undefined) return null;
  return (
    <Card size="small" title={t('verify.disclosed')} style={{ marginTop: 12 }}>
      {Object.entries(verdict.disclosed.parts).map(([part, content]) => (
        <pre key={part} style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {content}
        </pre>
      ))}
    </Card>
  );
};

const Proven = ({ verdict }: { readonly verdict: Verdict }) => {
  const { t } = useTranslation();
  const bundle = verdict.form === 'bundle' ? verdict : undefined;
  return (
    <>
      <Facts
        bordered
        style={{ marginTop: 12 }}
        items={[
          { key: 'form', label: t('verify.formLabel'), children: t(`verify.form.${verdict.form}`) },
          verdict.form === 'bundle'
            ? { key: 'by', label: t('verify.by'), children: verdict.organization }
            : { key: 'by', label: t('verify.claimed'), children: verdict.claimedIssuer },
          ...(verdict.noLaterThan === undefined
            ? []
            : [{ key: 'time', label: t('verify.notLater'), children: <Moment at={verdict.noLaterThan} /> }]),
          { key: 'entry', label: t('common.entry'), children: verdict.entry },
          ...(bundle === undefined
            ? 'signedBy' in verdict
              ? [{ key: 'signed', label: t('log.signatures'), children: verdict.signedBy.join(', ') }]
              : []
            : [
                { key: 'records', label: t('verify.records'), children: <RecordTags verdict={bundle} /> },
                { key: 'status', label: t('verify.statusSize'), children: bundle.statusSize },
                { key: 'cosigned', label: t('log.signatures'), children: bundle.cosignedBy.join(', ') },
              ]),
        ]}
      />
      {bundle !== undefined && <Disclosed verdict={bundle} />}
    </>
  );
};

export const VerdictView = ({ result }: { readonly result: Result<Verdict, VerifyRejection> }) => {
  const { t } = useTranslation();
  if (!result.ok) {
    return (
      <Alert
        type="error"
        showIcon
        title={t('verify.invalid')}
        description={
          <>
            {explainRejection(result.error, currentLanguage())}{' '}
            <Typography.Text code>{result.error.code}</Typography.Text>
          </>
        }
      />
    );
  }
  return (
    <>
      <Alert type="success" showIcon title={t('verify.valid')} />
      <Proven verdict={result.value} />
      <Alert
        type="info"
        style={{ marginTop: 12 }}
        title={t(result.value.form === 'bundle' ? 'verify.means' : 'verify.inclusionMeans')}
      />
    </>
  );
};
