/** Pages for an address that leads nowhere and for a page that failed; both offer a way on. */
import { Link, useRouter } from '@tanstack/react-router';
import { Button, Flex, Result } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';

export const NotFound = () => {
  const { t } = useTranslation();
  return (
    <main>
      <Result
        status="404"
        title={<h1 style={{ fontSize: 22 }}>{t('problem.noPage')}</h1>}
        extra={<Link to="/">{t('problem.toOverview')}</Link>}
      />
    </main>
  );
};

export const Failed = ({ error }: { readonly error: unknown }) => {
  const { t } = useTranslation();
  const router = useRouter();
  return (
    <Flex vertical gap="middle" style={{ maxWidth: 640, margin: '64px auto', padding: 16 }}>
      <ProblemAlert error={error} onRetry={() => void router.invalidate()} />
      <Button onClick={() => window.location.reload()}>{t('problem.reload')}</Button>
    </Flex>
  );
};
