/** Saves what a search finds as a file, which the browser writes to the disk as it comes. */
import { DownloadOutlined } from '@ant-design/icons';
import { exportRecords, exportRecordsMax, type ExportForm } from '@suyuan/api';
import { Button, Checkbox, Flex, Popover, Tooltip } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../client/call.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { searchQueryOf, type SearchAddress } from './search-filters.ts';

const forms: readonly ExportForm[] = ['xlsx', 'csv', 'json'];

export const ExportButton = ({
  address,
  total,
}: {
  readonly address: SearchAddress;
  /** Undefined while it is not known exactly. */
  readonly total: number | undefined;
}) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const [withPrivate, setWithPrivate] = useState(false);
  const whyNot = (format: ExportForm): string | undefined => {
    if (format === 'csv' && address.kind === undefined) return t('search.exportKind');
    const most = exportRecordsMax[format];
    return total !== undefined && total > most ? t('search.exportLarge', { count: most }) : undefined;
  };
  const query = searchQueryOf(address);
  const content = (
    <Flex vertical gap="small" style={{ minWidth: 220 }}>
      {forms.map((format) => (
        <Tooltip key={format} title={whyNot(format)}>
          <Button
            block
            disabled={whyNot(format) !== undefined}
            href={addressOf(
              exportRecords,
              {},
              { ...query, format, ...(withPrivate ? { private: true } : {}) },
            )}
            download
          >
            {t(`search.exportForms.${format}`)}
          </Button>
        </Tooltip>
      ))}
      {mayOperate && (
        <Checkbox checked={withPrivate} onChange={(event) => setWithPrivate(event.target.checked)}>
          {t('search.exportPrivate')}
        </Checkbox>
      )}
    </Flex>
  );
  return (
    <Popover trigger="click" placement="bottomRight" content={content}>
      <Button icon={<DownloadOutlined />} disabled={total === 0}>
        {t('search.export')}
      </Button>
    </Popover>
  );
};
