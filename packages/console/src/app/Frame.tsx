/** What stands around every page: menu, organisation, language, account. Without a session only verifying is open. */
import { MenuOutlined } from '@ant-design/icons';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet } from '@tanstack/react-router';
import { Button, Drawer, Flex, Grid, Layout, Typography } from 'antd';
import { Suspense, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { organizationQuery, sessionQuery } from '../client/queries.ts';
import { GlobalSearch } from '../parts/GlobalSearch.tsx';
import { LanguageButton } from '../parts/LanguageButton.tsx';
import { Waiting } from '../parts/Waiting.tsx';
import { WaitingBanner } from '../parts/WaitingBanner.tsx';
import { AccountMenu } from './AccountMenu.tsx';
import { PageMenu } from './PageMenu.tsx';

const Brand = () => {
  const { t } = useTranslation();
  return (
    <Flex vertical style={{ padding: '16px 24px' }}>
      <Typography.Text strong style={{ fontSize: 18 }}>
        {t('product')}
      </Typography.Text>
      <Typography.Text type="secondary" style={{ fontSize: 12 }}>
        {t('tagline')}
      </Typography.Text>
    </Flex>
  );
};

const Header = ({ onMenu }: { readonly onMenu: (() => void) | undefined }) => {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: organization } = useQuery({ ...organizationQuery, enabled: session !== null });
  return (
    <Layout.Header className="suyuan-header">
      <Flex justify="space-between" align="center" gap="small" style={{ height: '100%' }}>
        <Flex align="center" gap="small" style={{ minWidth: 0 }}>
          {onMenu !== undefined && (
            <Button type="text" icon={<MenuOutlined />} aria-label={t('menu.open')} onClick={onMenu} />
          )}
          <Typography.Text strong ellipsis>
            {organization?.name ?? t('product')}
          </Typography.Text>
        </Flex>
        <Flex align="center" gap="small" style={{ flexShrink: 0 }}>
          {session !== null && onMenu === undefined && <GlobalSearch />}
          <LanguageButton />
          {session === null ? (
            <Link to="/sign-in">{t('signIn.title')}</Link>
          ) : (
            <AccountMenu name={session.name} role={session.role} />
          )}
        </Flex>
      </Flex>
    </Layout.Header>
  );
};

export const Frame = () => {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const isWide = Grid.useBreakpoint().md ?? true;
  const [menuOpen, setMenuOpen] = useState(false);
  const menu = (
    <>
      <Brand />
      <nav aria-label={t('menu.title')}>
        <PageMenu role={session?.role} onChoose={() => setMenuOpen(false)} />
      </nav>
    </>
  );
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <a className="suyuan-skip" href="#content">
        {t('menu.skip')}
      </a>
      {isWide ? (
        <Layout.Sider theme="light" width={216} className="suyuan-sider">
          {menu}
        </Layout.Sider>
      ) : (
        <Drawer
          open={menuOpen}
          placement="left"
          size={260}
          title={t('menu.title')}
          styles={{ body: { padding: 0 } }}
          onClose={() => setMenuOpen(false)}
        >
          {menu}
        </Drawer>
      )}
      <Layout>
        <Header onMenu={isWide ? undefined : () => setMenuOpen(true)} />
        {session !== null && <WaitingBanner />}
        <Layout.Content id="content" tabIndex={-1} style={{ padding: isWide ? 24 : 12, outline: 'none' }}>
          <div style={{ maxWidth: 1280, margin: '0 auto' }}>
            <Suspense fallback={<Waiting />}>
              <Outlet />
            </Suspense>
          </div>
        </Layout.Content>
      </Layout>
    </Layout>
  );
};
