/** A time in the reader's own zone; the tooltip has it in UTC. */
import { Tooltip } from 'antd';
import { currentLanguage } from '../i18n/i18n.ts';

/** Accepts RFC 3339 text or Unix seconds. */
export const Moment = ({ at }: { readonly at: string | number }) => {
  const date = new Date(typeof at === 'number' ? at * 1000 : at);
  const utc = date.toISOString();
  const shown = new Intl.DateTimeFormat(currentLanguage() === 'zh' ? 'zh-CN' : 'en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
  }).format(date);
  return (
    <Tooltip title={`${utc.slice(0, 19).replace('T', ' ')} UTC`}>
      <time dateTime={utc} style={{ whiteSpace: 'nowrap' }}>
        {shown}
      </time>
    </Tooltip>
  );
};
