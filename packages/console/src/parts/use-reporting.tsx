/** Reporting what is staged, from whichever page: asked about first, then followed on the page of the report. */
import { createReport, type JsonOf } from '@suyuan/api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { App } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { newIdempotencyKey } from '../client/idempotency-key.ts';
import { Contradictions } from './Contradictions.tsx';

/** Asks before reporting, because a reported record can only be voided; says first what contradicts known records. */
export const useReporting = (): {
  readonly ask: (selection: JsonOf<typeof createReport>, count: string) => void;
  readonly error: Error | null;
} => {
  const { t } = useTranslation();
  const { modal } = App.useApp();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const reporting = useMutation({
    mutationFn: (selection: JsonOf<typeof createReport>) =>
      call(createReport, { json: selection, idempotencyKey: newIdempotencyKey() }),
    onSuccess: async (report) => {
      await navigate({ to: '/report/$id', params: { id: String(report.id) } });
      await queryClient.invalidateQueries({ queryKey: ['batches'] });
      await queryClient.invalidateQueries({ queryKey: ['reports'] });
    },
  });
  const ask = (selection: JsonOf<typeof createReport>, count: string): void => {
    const asked = modal.confirm({
      title: t('report.askTitle', { count }),
      width: 640,
      content: (
        <>
          <p>{t('report.ask')}</p>
          <Contradictions
            selection={selection}
            onSettled={(isPossible) => {
              asked.update({ okButtonProps: { disabled: !isPossible } });
            }}
          />
        </>
      ),
      okButtonProps: { disabled: true },
      okText: t('report.title'),
      onOk: () => reporting.mutateAsync(selection).catch(() => undefined), // shown from `error` below
    });
  };
  return { ask, error: reporting.error };
};
