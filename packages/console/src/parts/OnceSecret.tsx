/** A secret that the node tells once, to be copied now. */
import { Alert, Typography } from 'antd';
import { useTranslation } from 'react-i18next';

export const OnceSecret = ({ label, secret }: { readonly label: string; readonly secret: string }) => {
  const { t } = useTranslation();
  return (
    <Alert
      type="warning"
      showIcon
      title={t('accounts.keyOnce')}
      description={
        <>
          {label}{' '}
          <Typography.Text code copyable style={{ overflowWrap: 'anywhere' }}>
            {secret}
          </Typography.Text>
        </>
      }
    />
  );
};
