/** A page of some roles only: anybody else who opens its address reads whom it is for, instead of refusals and empty tables. */
import type { Role } from '@suyuan/api';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Result } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sessionQuery } from '../client/queries.ts';
import { PageTitle } from './PageTitle.tsx';
import { useRoleNames } from './use-role-names.ts';

export const ForRoles = ({
  roles,
  title,
  children,
}: {
  /** Those who may call what the page is made of: `access` of its route in the contract. */
  readonly roles: readonly Role[];
  readonly title: string;
  readonly children: ReactNode;
}) => {
  const { t } = useTranslation();
  const roleNames = useRoleNames();
  const { data: session } = useSuspenseQuery(sessionQuery);
  if (session === null || roles.includes(session.role)) return children;
  return (
    <>
      <PageTitle title={title} />
      <Result
        status="403"
        title={t('refused.title', { roles: roleNames(roles) })}
        subTitle={t('refused.why', { role: t(`role.${session.role}`) })}
        extra={<Link to="/">{t('problem.toOverview')}</Link>}
      />
    </>
  );
};
