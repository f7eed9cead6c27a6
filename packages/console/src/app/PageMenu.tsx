/** The menu: the pages that a role has use for. */
import {
  ApiOutlined,
  AuditOutlined,
  BankOutlined,
  ClockCircleOutlined,
  CloudUploadOutlined,
  DashboardOutlined,
  DatabaseOutlined,
  DeploymentUnitOutlined,
  FileProtectOutlined,
  ImportOutlined,
  NodeIndexOutlined,
  SwapOutlined,
  PieChartOutlined,
  SearchOutlined,
  TeamOutlined,
} from '@ant-design/icons';
import { administrators, auditors, everyone, listSources, operators, type Role } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Link, useRouterState } from '@tanstack/react-router';
import { Menu } from 'antd';
import { useTranslation } from 'react-i18next';
import { organizationQuery } from '../client/queries.ts';

const entries = [
  { path: '/', key: 'overview', icon: <DashboardOutlined />, roles: everyone },
  { path: '/import', key: 'import', icon: <ImportOutlined />, roles: operators },
  { path: '/mappings', key: 'mappings', icon: <SwapOutlined />, roles: operators },
  { path: '/sources', key: 'sources', icon: <ApiOutlined />, roles: listSources.access },
  { path: '/report', key: 'report', icon: <CloudUploadOutlined />, roles: operators },
  { path: '/trace', key: 'trace', icon: <NodeIndexOutlined />, roles: everyone },
  { path: '/search', key: 'search', icon: <SearchOutlined />, roles: everyone },
  { path: '/coverage', key: 'coverage', icon: <PieChartOutlined />, roles: everyone },
  { path: '/deadlines', key: 'deadlines', icon: <ClockCircleOutlined />, roles: everyone },
  { path: '/master-data', key: 'masterData', icon: <DatabaseOutlined />, roles: everyone },
  { path: '/verify', key: 'verify', icon: <FileProtectOutlined />, roles: 'public' },
  { path: '/log-status', key: 'log', icon: <AuditOutlined />, roles: everyone },
  { path: '/network', key: 'network', icon: <DeploymentUnitOutlined />, roles: auditors },
  { path: '/governance', key: 'governance', icon: <BankOutlined />, roles: auditors },
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
  const { data: organization } = useQuery({ ...organizationQuery, enabled: role !== undefined });
  const isManager = organization?.manages === true;
  const shown = entries.filter(
    ({ roles, key }) =>
      roles === 'public' ||
      // Everybody at the managing organisation looks after the network.
      (role !== undefined && (roles.includes(role) || (key === 'network' && isManager))),
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
