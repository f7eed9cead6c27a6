/** The files that a record names, to be saved from this node; one that has not come here can be fetched. */
import { getAttachment } from '@suyuan/api';
import { useQuery } from '@tanstack/react-query';
import { Button, Flex, Tag } from 'antd';
import { useTranslation } from 'react-i18next';
import { addressOf } from '../client/call.ts';
import { missingAttachmentsQuery } from '../client/queries.ts';
import { useMayOperate } from '../client/use-may-operate.ts';
import { useRepair } from './MissingAttachments.tsx';

interface Named {
  readonly digest: string;
  readonly name: string;
}

/** The attachments in a member of a record; anything else in it is left out. */
export const attachmentsIn = (value: unknown): readonly Named[] =>
  (Array.isArray(value) ? value : []).flatMap((entry: unknown) => {
    const members = new Map<string, unknown>(Object.entries(Object(entry)));
    const [digest, name] = [members.get('digest'), members.get('name')];
    return typeof digest === 'string' && typeof name === 'string' ? [{ digest, name }] : [];
  });

export const AttachmentLinks = ({ attachments }: { readonly attachments: readonly Named[] }) => {
  const { t } = useTranslation();
  const mayOperate = useMayOperate();
  const { data } = useQuery({ ...missingAttachmentsQuery, enabled: attachments.length > 0 });
  const repairing = useRepair();
  const isMissing = (digest: string): boolean => data?.items.some((one) => one.digest === digest) ?? false;
  return (
    <div>
      {attachments.map(({ digest, name }) =>
        isMissing(digest) ? (
          <Flex key={digest} gap="small" align="center" wrap>
            <span className="suyuan-name">{name}</span>
            <Tag color="warning">{t('attachment.oneNotHere')}</Tag>
            {mayOperate && (
              <Button
                size="small"
                aria-label={`${t('missing.fetch')} ${name}`}
                loading={repairing.isPending}
                onClick={() => repairing.mutate([digest])}
              >
                {t('missing.fetch')}
              </Button>
            )}
          </Flex>
        ) : (
          <div key={digest} className="suyuan-name">
            <a href={addressOf(getAttachment, { digest })} download={name}>
              {name}
            </a>
          </div>
        ),
      )}
    </div>
  );
};
