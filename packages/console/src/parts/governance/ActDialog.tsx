/** The one way to issue an act: what it does, what it takes away and whom it needs is shown before it is signed. */
import {
  getGovernancePlan,
  issueGovernance,
  previewGovernance,
  type AnswerOf,
  type GovernanceWish,
} from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Flex, Modal, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { newIdempotencyKey } from '../../client/idempotency-key.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';
import { Waiting } from '../Waiting.tsx';

type Preview = AnswerOf<typeof previewGovernance>;
type Plan = AnswerOf<typeof issueGovernance>;

const pollMs = 500;

/** Chains stop at what waits for votes; everything else ends. */
const isUnderWay = ({ acts }: Plan): boolean =>
  acts.some(({ status }) => status === 'sending') ||
  (acts.some(({ status }) => status === 'planned') && acts.every(({ status }) => status !== 'pending'));

const Foreseen = ({ act }: { readonly act: Preview['acts'][number] }) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <Flex vertical gap="small">
      <Typography.Text strong>{act.sentence[language]}</Typography.Text>
      {act.harms.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('governance.decide.harm')}
          description={act.harms.map((harm) => (
            <div key={harm.en}>{harm[language]}</div>
          ))}
        />
      )}
      {act.refusal !== undefined && (
        <Alert
          type="error"
          showIcon
          title={t('governance.decide.refused')}
          description={`${act.refusal.message[language]} · ${act.refusal.code}`}
        />
      )}
      {act.outcome === 'applied' && (
        <Typography.Text type="secondary">{t('governance.decide.alone')}</Typography.Text>
      )}
      {act.votes !== undefined && (
        <Typography.Text type="secondary">
          {t('governance.decide.votes', { needed: act.votes.needed, missing: act.votes.missing.join(', ') })}
        </Typography.Text>
      )}
    </Flex>
  );
};

const outcomes = {
  planned: 'sending',
  sending: 'sending',
  pending: 'waits',
  applied: 'done',
  rejected: 'failed',
  refused: 'failed',
  lapsed: 'failed',
  cancelled: 'failed',
} as const;

const alertTypes = { done: 'success', waits: 'info', sending: 'info', failed: 'error' } as const;

const Progress = ({ plan }: { readonly plan: Plan }) => {
  const { t } = useTranslation();
  const language = currentLanguage();
  return (
    <Flex vertical gap="small">
      {plan.acts.map((act) => {
        const outcome = outcomes[act.status];
        const missing = act.votes?.missing.join(', ');
        const refusal = act.refusal && `${act.refusal.message[language]} · ${act.refusal.code}`;
        return (
          <Alert
            key={act.id}
            type={alertTypes[outcome]}
            showIcon
            title={`${t(`governance.decide.${outcome}`)}: ${act.sentence[language]}`}
            description={refusal ?? missing}
          />
        );
      })}
    </Flex>
  );
};

/** Issues a wish and follows it; every page about governance is read anew afterwards. */
const useIssue = (wish: GovernanceWish) => {
  const queryClient = useQueryClient();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const issuing = useMutation({
    mutationFn: () => call(issueGovernance, { json: wish, idempotencyKey }),
  });
  const id = issuing.data?.plan;
  const plan = useQuery({
    queryKey: ['governance', 'plan', id],
    queryFn: () => call(getGovernancePlan, { params: { id: id ?? 0 } }),
    enabled: id !== undefined,
    refetchInterval: ({ state }) => (state.data === undefined || isUnderWay(state.data) ? pollMs : false),
  });
  const refresh = (): void => {
    for (const key of ['governance', 'organization', 'trace', 'record'])
      void queryClient.invalidateQueries({ queryKey: [key] });
  };
  return { issuing, plan: plan.data ?? issuing.data, refresh };
};

export const ActDialog = ({
  wish,
  onClose,
}: {
  readonly wish: GovernanceWish;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const preview = useQuery({
    queryKey: ['governance', 'preview', wish],
    queryFn: () => call(previewGovernance, { json: wish }),
    retry: false,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const { issuing, plan, refresh } = useIssue(wish);
  const isHarmful = preview.data?.acts.some(({ harms }) => harms.length > 0) === true;
  const close = (): void => {
    if (plan !== undefined) refresh();
    onClose();
  };
  const isSent = plan !== undefined;
  const failure = preview.error ?? issuing.error;
  return (
    <Modal
      open
      title={t('governance.decide.title')}
      okText={
        isSent ? t('common.close') : t(isHarmful ? 'governance.decide.accept' : 'governance.decide.confirm')
      }
      okButtonProps={{ danger: isHarmful && !isSent, disabled: !isSent && preview.data?.isAllowed !== true }}
      cancelButtonProps={{ style: isSent ? { display: 'none' } : {} }}
      confirmLoading={issuing.isPending}
      onOk={isSent ? close : () => issuing.mutate()}
      onCancel={close}
    >
      <Flex vertical gap="middle">
        {failure !== null && <ProblemAlert error={failure} />}
        {isSent && <Progress plan={plan} />}
        {!isSent && preview.isPending && <Waiting />}
        {!isSent && preview.data?.acts.map((act) => <Foreseen key={act.sentence.en} act={act} />)}
        {!isSent && preview.data?.touched !== undefined && (
          <Typography.Text type="secondary">
            {t('governance.decide.touched', {
              count: preview.data.touched.records,
              holders: preview.data.touched.holders.join(', '),
            })}
          </Typography.Text>
        )}
      </Flex>
    </Modal>
  );
};
