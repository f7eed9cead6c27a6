/** Accounts of people and keys of programs, for the administrator. */
import { listUsers } from '@suyuan/api';
import { useTranslation } from 'react-i18next';
import { ApiKeys } from '../parts/ApiKeys.tsx';
import { ForRoles } from '../parts/ForRoles.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { Users } from '../parts/Users.tsx';

export const AccountsPage = () => {
  const { t } = useTranslation();
  return (
    <ForRoles roles={listUsers.access} title={t('accounts.title')}>
      <PageTitle title={t('accounts.title')} />
      <Users />
      <ApiKeys />
    </ForRoles>
  );
};
