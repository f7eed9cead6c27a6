/** Sign-in with user name and password. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { Button, Card, Flex, Form, Input, Typography } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { signIn } from '../client/queries.ts';
import { LanguageButton } from '../parts/LanguageButton.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';

interface Credentials {
  readonly name: string;
  readonly password: string;
}

export const SignInPage = () => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { next } = useSearch({ from: '/sign-in' });
  const entering = useMutation({
    mutationFn: signIn,
    onSuccess: async () => {
      queryClient.clear();
      await navigate({ href: next ?? '/' });
    },
  });
  useEffect(() => {
    document.title = `${t('signIn.title')} · ${t('product')}`;
  }, [t]);
  const needed = [{ required: true, message: t('signIn.needed') }];
  return (
    <Flex
      component="main"
      vertical
      justify="center"
      align="center"
      style={{ minHeight: '100vh', background: '#f4f7f6' }}
    >
      <Card style={{ width: 'min(380px, 92vw)' }}>
        <Flex justify="space-between" align="start">
          <Typography.Title level={1} style={{ fontSize: 26, margin: 0 }}>
            {t('product')}
          </Typography.Title>
          <LanguageButton />
        </Flex>
        <Typography.Paragraph type="secondary">{t('tagline')}</Typography.Paragraph>
        <Form<Credentials>
          layout="vertical"
          requiredMark={false}
          onFinish={(values) => entering.mutate(values)}
        >
          <Form.Item name="name" label={t('signIn.name')} rules={needed}>
            <Input autoComplete="username" autoFocus />
          </Form.Item>
          <Form.Item name="password" label={t('signIn.password')} rules={needed}>
            <Input.Password autoComplete="current-password" />
          </Form.Item>
          {entering.error !== null && (
            <div style={{ marginBottom: 16 }}>
              <ProblemAlert error={entering.error} />
            </div>
          )}
          <Button type="primary" htmlType="submit" block loading={entering.isPending}>
            {t('signIn.submit')}
          </Button>
        </Form>
        <div style={{ marginTop: 16, textAlign: 'center' }}>
          <Link to="/verify">{t('signIn.verifyOnly')}</Link>
        </div>
      </Card>
    </Flex>
  );
};
