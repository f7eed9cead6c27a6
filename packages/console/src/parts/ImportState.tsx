/** Where an import is: its status, its place while it waits, the way to cancel it, and why it failed. */
import { cancelImport, type AnswerOf, type getImport } from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { call, ProblemError } from '../client/call.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { ProblemAlert } from './ProblemAlert.tsx';

type Import = AnswerOf<typeof getImport>;

const colour = {
  waiting: 'default',
  reading: 'processing',
  done: 'success',
  failed: 'error',
  cancelled: 'default',
  discarded: 'default',
} as const;

/** Whether anything of the import may still change by itself. */
export const isUnderWay = ({ status }: Pick<Import, 'status'>): boolean =>
  status === 'waiting' || status === 'reading';

export const ImportStatus = ({ found }: { readonly found: Import }) => {
  const { t } = useTranslation();
  const place = found.ahead === undefined ? '' : ` · ${t('import.ahead', { count: found.ahead })}`;
  return (
    <Tag color={colour[found.status]}>
      {t(`import.status.${found.status}`)}
      {place}
    </Tag>
  );
};

/** Why nothing of it was staged. */
export const ImportFailure = ({ found: { failure } }: { readonly found: Import }) =>
  failure === undefined ? null : <ProblemAlert error={new ProblemError(failure.code, 422, { ...failure })} />;

/** Stops an import that waits or runs in the background; nothing of it is staged then. */
export const CancelImport = ({ found }: { readonly found: Import }) => {
  const { t } = useTranslation();
  const queryClient = useQueryClient();
  const mayOperate = useMayOperate();
  const cancelling = useMutation({
    mutationFn: () => call(cancelImport, { params: { id: found.id } }),
    onSettled: async () => {
      await queryClient.invalidateQueries({ queryKey: ['imports'] });
      await queryClient.invalidateQueries({ queryKey: ['import', found.id] });
    },
  });
  if (!mayOperate || !isUnderWay(found)) return null;
  return (
    <Flex vertical gap="small">
      <Button size="small" loading={cancelling.isPending} onClick={() => cancelling.mutate()}>
        {t('import.cancel')}
      </Button>
      {cancelling.error !== null && <ProblemAlert error={cancelling.error} />}
    </Flex>
  );
};
