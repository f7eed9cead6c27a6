/** Verifies a receipt in the browser with the same code as the command line; nothing is sent anywhere. */
import { getTrustPolicy } from '@suyuan/api';
import { portableCrypto } from '@suyuan/log';
import { verifyReceipt } from '@suyuan/verifier';
import { useMutation } from '@tanstack/react-query';
import { Button, Card, Checkbox, Flex, Form, InputNumber, Radio, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { send } from '../client/call.ts';
import { FileField } from '../parts/FileField.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { VerdictView } from '../parts/VerdictView.tsx';

/** The log size as of which voids must be known, if any. */
type Fresh = number | 'none';

interface Question {
  readonly receipt: File;
  readonly policy: File | undefined;
  readonly disclosure: File | undefined;
  readonly statement: File | undefined;
  readonly fresh: Fresh;
}

const bytesOf = async (file: Blob): Promise<Uint8Array> => new Uint8Array(await file.arrayBuffer());

const answer = async (question: Question) => {
  const policy =
    question.policy === undefined
      ? new Uint8Array(await (await send(getTrustPolicy)).arrayBuffer())
      : await bytesOf(question.policy);
  return verifyReceipt(portableCrypto, {
    receipt: await bytesOf(question.receipt),
    policy,
    fresh: question.fresh,
    disclosure: question.disclosure === undefined ? undefined : await bytesOf(question.disclosure),
    statement: question.statement === undefined ? undefined : await bytesOf(question.statement),
  });
};

const FreshField = ({
  fresh,
  onChange,
}: {
  readonly fresh: Fresh;
  readonly onChange: (fresh: Fresh) => void;
}) => {
  const { t } = useTranslation();
  return (
    <Form.Item label={t('verify.fresh')}>
      <Flex gap="middle" align="center" wrap>
        <Radio.Group
          value={fresh === 'none' ? 'none' : 'size'}
          aria-label={t('verify.fresh')}
          onChange={(event) => onChange(event.target.value === 'none' ? 'none' : 1)}
          options={[
            { value: 'none', label: t('verify.freshNone') },
            { value: 'size', label: t('verify.freshSize') },
          ]}
        />
        <InputNumber
          aria-label={t('verify.freshSize')}
          disabled={fresh === 'none'}
          min={1}
          precision={0}
          value={fresh === 'none' ? null : fresh}
          onChange={(value) => onChange(value ?? 1)}
        />
      </Flex>
    </Form.Item>
  );
};

export const VerifyPage = () => {
  const { t } = useTranslation();
  const [receipt, setReceipt] = useState<File>();
  const [policy, setPolicy] = useState<File>();
  const [ownPolicy, setOwnPolicy] = useState(true);
  const [disclosure, setDisclosure] = useState<File>();
  const [statement, setStatement] = useState<File>();
  const [fresh, setFresh] = useState<Fresh>('none');
  const checking = useMutation({ mutationFn: answer });
  /** A new question takes away the answer to the one before. */
  const changed =
    <T,>(set: (value: T) => void) =>
    (value: T): void => {
      checking.reset();
      set(value);
    };
  const ready = receipt !== undefined && (ownPolicy || policy !== undefined);
  const check = (): void => {
    if (receipt === undefined) return;
    checking.mutate({
      receipt,
      policy: ownPolicy ? undefined : policy,
      disclosure,
      statement,
      fresh,
    });
  };
  return (
    <>
      <PageTitle title={t('verify.title')} />
      <Typography.Paragraph type="secondary">{t('verify.intro')}</Typography.Paragraph>
      <Card style={{ maxWidth: 760 }}>
        <Form layout="vertical" onFinish={check}>
          <FileField id="receipt" label={t('verify.receipt')} file={receipt} onChoose={changed(setReceipt)} />
          <Form.Item {...(ownPolicy ? { extra: t('verify.ownPolicyMeans') } : {})}>
            <Checkbox checked={ownPolicy} onChange={(event) => changed(setOwnPolicy)(event.target.checked)}>
              {t('verify.ownPolicy')}
            </Checkbox>
          </Form.Item>
          {!ownPolicy && (
            <FileField id="policy" label={t('verify.policy')} file={policy} onChoose={changed(setPolicy)} />
          )}
          <FileField
            id="disclosure"
            label={t('verify.disclosure')}
            file={disclosure}
            onChoose={changed(setDisclosure)}
          />
          <FileField
            id="statement"
            label={t('verify.statement')}
            help={t('verify.statementHelp')}
            file={statement}
            onChoose={changed(setStatement)}
          />
          <FreshField fresh={fresh} onChange={changed(setFresh)} />
          <Button type="primary" htmlType="submit" disabled={!ready || checking.isPending}>
            {t('verify.run')}
          </Button>
        </Form>
      </Card>
      <div role="status" aria-live="polite" style={{ marginTop: 16, maxWidth: 760 }}>
        {checking.error !== null && <ProblemAlert error={checking.error} />}
        {checking.data !== undefined && <VerdictView result={checking.data} />}
      </div>
    </>
  );
};
