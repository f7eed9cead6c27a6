// The names of roles, as a sentence says whom something is for.
import type { Role } from '@suyuan/api';
import { useTranslation } from 'react-i18next';

/** Names several roles in the language of the page: "Administrator or Operator". */
export const useRoleNames = (): ((roles: readonly Role[]) => string) => {
  const { t } = useTranslation();
  return (roles) => roles.map((role) => t(`role.${role}`)).join(t('refused.or'));
};
