/** The search box of the frame: a whole code leads to its trace, anything else to the search page. */
import { SearchOutlined } from '@ant-design/icons';
import { useNavigate } from '@tanstack/react-router';
import { Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { targetOf } from './search-filters.ts';

export const GlobalSearch = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [typed, setTyped] = useState('');
  const go = (): void => {
    const target = targetOf(typed);
    if (target === undefined) return;
    setTyped('');
    if (target.to === '/trace') void navigate({ to: '/trace', search: { code: target.search.code ?? '' } });
    else void navigate({ to: '/search', search: target.search });
  };
  return (
    <Input
      role="searchbox"
      aria-label={t('search.box')}
      placeholder={t('search.box')}
      prefix={<SearchOutlined />}
      value={typed}
      maxLength={64}
      allowClear
      autoComplete="off"
      spellCheck={false}
      style={{ width: 'clamp(120px, 24vw, 300px)' }}
      onChange={(event) => setTyped(event.target.value)}
      onPressEnter={go}
    />
  );
};
