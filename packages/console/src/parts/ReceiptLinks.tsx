/** Downloads of the evidence of a record, or of a whole batch: receipts in three forms and the signed statement. */
import { DownloadOutlined } from '@ant-design/icons';
import { getBatchReceipt, getIssuerKey, getReceipt, getStatement } from '@suyuan/api';
import { useMutation } from '@tanstack/react-query';
import { App, Button, Dropdown, Space } from 'antd';
import { useTranslation } from 'react-i18next';
import { download } from '../client/call.ts';
import { useSentence } from './ProblemAlert.tsx';

type Format = 'bundle' | 'cose' | 'tlog-proof';
type Choice = Format | 'statement' | 'issuer';

const extensions = { bundle: 'json', cose: 'cose', 'tlog-proof': 'tlog-proof' } as const;

const fetchReceipt = (entry: number, leaf: number | undefined, format: Format): Promise<void> => {
  const name = `receipt-${entry}${leaf === undefined ? '' : `-${leaf}`}.${extensions[format]}`;
  return leaf === undefined
    ? download(getBatchReceipt, { params: { entry }, query: { format } }, name)
    : download(getReceipt, { params: { entry, leaf }, query: { format } }, name);
};

const fetchChoice = (entry: number, leaf: number | undefined, choice: Choice): Promise<void> => {
  if (choice === 'statement') return download(getStatement, { params: { entry } }, `statement-${entry}.cose`);
  if (choice === 'issuer') return download(getIssuerKey, { params: { entry } }, 'issuer.pem');
  return fetchReceipt(entry, leaf, choice);
};

export const ReceiptLinks = ({
  entry,
  leaf,
}: {
  readonly entry: number;
  /** Undefined for the receipt of a whole batch. */
  readonly leaf: number | undefined;
}) => {
  const { t } = useTranslation();
  const { message } = App.useApp();
  const sentence = useSentence();
  const fetching = useMutation({
    mutationFn: (choice: Choice) => fetchChoice(entry, leaf, choice),
    onError: (error) => void message.error(sentence(error), 6),
  });
  const name = leaf === undefined ? `${entry}` : `${entry}/${leaf}`;
  return (
    <Space.Compact>
      <Button
        icon={<DownloadOutlined />}
        loading={fetching.isPending}
        aria-label={`${t('evidence.receipt')} ${name}`}
        onClick={() => fetching.mutate('bundle')}
      >
        {t('evidence.receipt')}
      </Button>
      <Dropdown
        trigger={['click']}
        menu={{
          items: (['cose', 'tlog-proof', 'statement', 'issuer'] as const).map((key) => ({
            key,
            label: t(`evidence.${key}`),
            onClick: () => fetching.mutate(key),
          })),
        }}
      >
        <Button aria-label={`${t('evidence.more')} ${name}`}>…</Button>
      </Dropdown>
    </Space.Compact>
  );
};
