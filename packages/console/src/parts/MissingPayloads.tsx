/** Says that payloads of ordered batches are not here yet, and lets an operator fetch them now. */
import { listBatches, repairPayload } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { ProblemAlert } from './ProblemAlert.tsx';

/** Batches fetched by one press of the button. */
const repairedAtOnce = 20;

export const MissingPayloads = () => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const mayOperate = useMayOperate();
  const missing = useQuery({
    queryKey: ['batches', 'missing'],
    queryFn: () => call(listBatches, { query: { status: 'missing', limit: repairedAtOnce } }),
    refetchInterval: 30_000,
  });
  const entries = missing.data?.items.flatMap(({ entry }) => entry ?? []) ?? [];
  const repairing = useMutation({
    mutationFn: async () => {
      for (const entry of entries) await call(repairPayload, { params: { entry } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['batches', 'missing'] }),
  });
  if (repairing.error !== null) return <ProblemAlert error={repairing.error} />;
  if (entries.length === 0) return null;
  return (
    <Alert
      showIcon
      type="warning"
      title={t('missing.title', { count: entries.length })}
      description={t('missing.means')}
      action={
        mayOperate ? (
          <Button loading={repairing.isPending} onClick={() => repairing.mutate()}>
            {t('missing.fetch')}
          </Button>
        ) : undefined
      }
    />
  );
};
