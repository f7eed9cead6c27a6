/** Ant Design's language, colours and message layer around the whole console. */
import { App, ConfigProvider } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

const theme = {
  token: {
    motion: !window.matchMedia('(prefers-reduced-motion: reduce)').matches,
    colorPrimary: '#0f766e',
    colorInfo: '#0f766e',
    colorLink: '#0f766e',
    colorPrimaryBg: '#e3f2ef',
    colorPrimaryBgHover: '#d3ebe6',
    colorInfoBg: '#eef7f5',
    colorInfoBorder: '#b5d9d2',
    // Dark enough to be read as text on their own light grounds.
    colorSuccess: '#2a7a0e',
    colorSuccessBg: '#f2f9ee',
    colorSuccessBorder: '#b7dca4',
    colorWarning: '#a05a00',
    colorWarningBg: '#fff8e8',
    colorWarningBorder: '#f0d59a',
    colorError: '#c4161c',
    colorErrorBg: '#fff2f0',
    colorErrorBorder: '#f5c2bd',
    // Greys that stand out enough from white (WCAG 2.1, 1.4.3).
    colorTextSecondary: '#56605e',
    colorTextTertiary: '#5f6967',
    colorTextDescription: '#5f6967',
    colorTextPlaceholder: '#6b7573',
    borderRadius: 6,
    fontFamily:
      '-apple-system, "Segoe UI", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", sans-serif',
  },
};

export const ThemedApp = ({ children }: { readonly children: ReactNode }) => {
  const { i18n } = useTranslation();
  return (
    <ConfigProvider locale={i18n.language === 'zh' ? zhCN : enUS} theme={theme}>
      <App>{children}</App>
    </ConfigProvider>
  );
};
