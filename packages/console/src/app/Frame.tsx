/** What stands around every page: menu, organisation, language, account. */
import {
  AuditOutlined,
  CloudUploadOutlined,
  DashboardOutlined,
  FileProtectOutlined,
  GlobalOutlined,
  ImportOutlined,
  NodeIndexOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { Button, Dropdown, Flex, Layout, Menu, Tag, Typography } from 'antd';
import { Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { organizationQuery, sessionQuery, signOut } from '../client/queries.ts';
import { chooseLanguage, currentLanguage } from '../i18n/i18n.ts';
import { Waiting } from '../parts/Waiting.tsx';

const entries = [
  { path: '/', key: 'overview', icon: <DashboardOutlined />, roles: 'all' },
  { path: '/import', key: 'import', icon: <ImportOutlined />, roles: 'operators' },
  { path: '/report', key: 'report', icon: <CloudUploadOutlined />, roles: 'operators' },
  { path: '/trace', key: 'trace', icon: <NodeIndexOutlined />, roles: 'all' },
  { path: '/verify', key: 'verify', icon: <FileProtectOutlined />, roles: 'all' },
  { path: '/log-status', key: 'log', icon: <AuditOutlined />, roles: 'all' },
  { path: '/accounts', key: 'accounts', icon: <TeamOutlined />, roles: 'administrators' },
] as const;

const maySee = (roles: (typeof entries)[number]['roles'], role: string): boolean =>
  roles === 'all' || role === 'administrator' || (roles === 'operators' && role === 'operator');

const AppMenu = ({ role }: { readonly role: string }) => {
  const { t } = useTranslation();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const shown = entries.filter((entry) => maySee(entry.roles, role));
  const current = shown.findLast((entry) => pathname === entry.path || pathname.startsWith(`${entry.path}/`));
  return (
    <Menu
      mode="inline"
      selectedKeys={current === undefined ? [] : [current.key]}
      items={shown.map((entry) => ({
        key: entry.key,
        icon: entry.icon,
        label: <Link to={entry.path}>{t(`menu.${entry.key}`)}</Link>,
      }))}
    />
  );
};

const Account = () => {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async (): Promise<void> => {
    await signOut();
    queryClient.clear();
    await navigate({ to: '/sign-in' });
  };
  return (
    <Flex gap="small" align="center">
      <Button
        type="text"
        icon={<GlobalOutlined />}
        onClick={() => void chooseLanguage(currentLanguage() === 'zh' ? 'en' : 'zh')}
      >
        {t('language')}
      </Button>
      <Dropdown
        menu={{ items: [{ key: 'out', label: t('signIn.out') }], onClick: () => void leave() }}
        trigger={['click']}
      >
        <Button type="text" icon={<UserOutlined />}>
          {session.account.name} <Tag>{t(`role.${session.account.role}`)}</Tag>
        </Button>
      </Dropdown>
    </Flex>
  );
};

export const Frame = () => {
  const { t } = useTranslation();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const { data: organization } = useQuery(organizationQuery);
  return (
    <Layout style={{ minHeight: '100vh' }}>
      <Layout.Sider theme="light" width={208} breakpoint="md" collapsedWidth={0}>
        <Flex vertical style={{ padding: '16px 20px' }}>
          <Typography.Text strong style={{ fontSize: 18 }}>
            {t('product')}
          </Typography.Text>
          <Typography.Text type="secondary" style={{ fontSize: 12 }}>
            {t('tagline')}
          </Typography.Text>
        </Flex>
        <nav>
          <AppMenu role={session.account.role} />
        </nav>
      </Layout.Sider>
      <Layout>
        <Layout.Header style={{ background: '#fff', padding: '0 24px' }}>
          <Flex justify="space-between" align="center" style={{ height: '100%' }}>
            <Typography.Text strong>{organization?.name ?? ''}</Typography.Text>
            <Account />
          </Flex>
        </Layout.Header>
        <Layout.Content style={{ padding: 24 }}>
          <main style={{ maxWidth: 1280, margin: '0 auto' }}>
            <Suspense fallback={<Waiting />}>
              <Outlet />
            </Suspense>
          </main>
        </Layout.Content>
      </Layout>
    </Layout>
  );
};
