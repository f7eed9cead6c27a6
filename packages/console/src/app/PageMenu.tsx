/** The menu: the pages that a role has use for. */
import {
  ApiOutlined,
  AuditOutlined,
  BankOutlined,
  ClockCircleOutlined,
  CloudUploadOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  FileProtectOutlined,
  ImportOutlined,
  NodeIndexOutlined,
  SwapOutlined,
  PieChartOutlined,
  SearchOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { administrators, everyone, operators, type Role } from '@suyuan/api';
import { Link, useRouterState } from '@tanstack/react-router';
import { Menu } from 'antd';
import { useTranslation } from 'react-i18next';

const entries = [
  { path: '/', key: 'overview', icon: <DashboardOutlined />, roles: everyone },
  { path: '/import', key: 'import', icon: <ImportOutlined />, roles: operators },
  { path: '/mappings', key: 'mappings', icon: <SwapOutlined />, roles: operators },
  { path: '/sources', key: 'sources', icon: <ApiOutlined />, roles: operators },
  { path: '/report', key: 'report', icon: <CloudUploadOutlined />, roles: operators },
  { path: '/trace', key: 'trace', icon: <NodeIndexOutlined />, roles: everyone },
  { path: '/search', key: 'search', icon: <SearchOutlined />, roles: everyone },
  { path: '/coverage', key: 'coverage', icon: <PieChartOutlined />, roles: everyone },
  { path: '/deadlines', key: 'deadlines', icon: <ClockCircleOutlined />, roles: everyone },
  { path: '/master-data', key: 'masterData', icon: <DatabaseOutlined />, roles: everyone },
  { path: '/verify', key: 'verify', icon: <FileProtectOutlined />, roles: 'public' },
  { path: '/log-status', key: 'log', icon: <AuditOutlined />, roles: everyone },
  { path: '/governance', key: 'governance', icon: <BankOutlined />, roles: administrators },
  { path: '/accounts', key: 'accounts', icon: <TeamOutlined />, roles: administrators },
] as const;

export const PageMenu = ({
  role,
  onChoose,
}: {
  /** Undefined for a guest. */
  readonly role: Role | undefined;
  readonly onChoose: () => void;
}) => {
  const { t } = useTranslation();
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const shown = entries.filter(
    ({ roles }) => roles === 'public' || (role !== undefined && roles.includes(role)),
  );
  const current = shown.findLast(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <Menu
      mode="inline"
      style={{ borderInlineEnd: 0 }}
      selectedKeys={current === undefined ? [] : [current.key]}
      onClick={onChoose}
      items={shown.map(({ key, icon, path }) => ({
        key,
        icon,
        label: <Link to={path}>{t(`menu.${key}`)}</Link>,
      }))}
    />
  );
};
