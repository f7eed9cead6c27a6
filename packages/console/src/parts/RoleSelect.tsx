/** Choice of one of the four roles, for forms. */
import type { Role } from '@suyuan/api';
import { Select, type SelectProps } from 'antd';
import { useTranslation } from 'react-i18next';

const roles: readonly Role[] = ['administrator', 'operator', 'auditor', 'viewer'];

export const RoleSelect = (props: SelectProps<Role>) => {
  const { t } = useTranslation();
  return <Select<Role> {...props} options={roles.map((value) => ({ value, label: t(`role.${value}`) }))} />;
};
