/** Accounts of people and keys of programs, for the administrator. */
import { useTranslation } from 'react-i18next';
import { ApiKeys } from '../parts/ApiKeys.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { Users } from '../parts/Users.tsx';

export const AccountsPage = () => {
  const { t } = useTranslation();
  return (
    <>
      <PageTitle title={t('accounts.title')} />
      <Users />
      <ApiKeys />
    </>
  );
};
