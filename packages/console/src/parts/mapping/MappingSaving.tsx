/** Saves a mapping under a name, or as the next version of a saved one. */
import { changeMapping, saveMapping } from '@suyuan/api';
import type { Mapping } from '@suyuan/battery';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Button, Flex, Input, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../client/call.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';

/** What is already saved under a name. */
export interface SavedAs {
  readonly id: number;
  /** The newest version, which a change has to name. */
  readonly newest: number;
}

export const MappingSaving = ({
  mapping,
  saved,
  isValid,
  onSaved,
}: {
  readonly mapping: Mapping;
  readonly saved: SavedAs | undefined;
  readonly isValid: boolean;
  readonly onSaved: () => void;
}) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [name, setName] = useState('');
  const saving = useMutation({
    mutationFn: async () =>
      saved === undefined
        ? await call(saveMapping, { json: { name: name.trim(), mapping } })
        : await call(changeMapping, { params: { id: saved.id }, json: { version: saved.newest, mapping } }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries({ queryKey: ['mappings'] });
      onSaved();
      await navigate({ to: '/mappings/$id', params: { id: String(id) } });
    },
  });
  return (
    <Flex vertical gap="small">
      <Flex gap="small" wrap align="center">
        {saved === undefined && (
          <Input
            aria-label={t('mapping.name')}
            placeholder={t('mapping.name')}
            style={{ width: 260 }}
            maxLength={64}
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <Button
          type="primary"
          loading={saving.isPending}
          disabled={!isValid || (saved === undefined && name.trim() === '')}
          onClick={() => saving.mutate()}
        >
          {saved === undefined ? t('mapping.save') : t('mapping.saveVersion', { version: saved.newest + 1 })}
        </Button>
        {!isValid && <Typography.Text type="danger">{t('mapping.invalid')}</Typography.Text>}
      </Flex>
      {saving.error !== null && <ProblemAlert error={saving.error} />}
    </Flex>
  );
};
