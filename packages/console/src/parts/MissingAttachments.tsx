/** Says that files which records name have not come to this node, and lets an operator fetch them now. */
import { repairAttachment } from '@suyuan/api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { missingAttachmentsQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { ProblemAlert } from './ProblemAlert.tsx';
import { useOrganizationName } from './use-organization-name.ts';

/** Asks the members for files, one after another; what is still missing afterwards is said by its list. */
export const useRepair = () => {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async (digests: readonly string[]) => {
      for (const digest of digests) await call(repairAttachment, { params: { digest } });
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: missingAttachmentsQuery.queryKey }),
  });
};

export const MissingAttachments = () => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const organizationName = useOrganizationName();
  const missing = useQuery(missingAttachmentsQuery);
  const repairing = useRepair();
  const items = missing.data?.items ?? [];
  if (repairing.error !== null) return <ProblemAlert error={repairing.error} />;
  if (items.length === 0) return null;
  const met = new Set(
    items.flatMap(({ problems }) =>
      problems.map(({ organization, code }) => `${organizationName(organization)}: ${code}`),
    ),
  );
  return (
    <Alert
      showIcon
      type="warning"
      style={{ marginBottom: 16 }}
      title={t('attachment.notHere', { count: items.length })}
      description={[t('attachment.notHereMeans'), ...met].join(' ')}
      action={
        mayOperate ? (
          <Button
            loading={repairing.isPending}
            onClick={() => repairing.mutate(items.map(({ digest }) => digest))}
          >
            {t('missing.fetch')}
          </Button>
        ) : undefined
      }
    />
  );
};
