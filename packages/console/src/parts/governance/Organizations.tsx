/** The organisations of the network with what each may report; an administrator changes it here. */
import type { AnswerOf, getGovernance, GovernanceWish } from '@suyuan/api';
import { recordKinds } from '@suyuan/battery';
import { Button, Card, Flex, Modal, Select, Switch, Tag, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useIsAdministrator } from '../../client/use-is-administrator.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { DataTable } from '../DataTable.tsx';
import { useKindLabel } from '../use-kind-label.ts';
import { useOrganizationName } from '../use-organization-name.ts';
import { ActDialog } from './ActDialog.tsx';

type Now = AnswerOf<typeof getGovernance>;
type Organization = Now['organizations'][number];

const statusColours = { active: 'success', suspended: 'warning', retired: 'default' } as const;

/** A switch for each module, filled in by a business type if wanted. */
const ChooseModules = ({
  now,
  organization,
  onChosen,
  onClose,
}: {
  readonly now: Now;
  readonly organization: Organization;
  readonly onChosen: (wish: GovernanceWish) => void;
  readonly onClose: () => void;
}) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set(organization.modules));
  // Kinds that a later version knows are kept as they are.
  const kinds = [...new Set([...recordKinds.map(({ id }) => id), ...organization.modules])];
  const change = (kind: string, isOn: boolean): void => {
    const next = new Set(chosen);
    if (isOn) next.add(kind);
    else next.delete(kind);
    setChosen(next);
  };
  return (
    <Modal
      open
      title={`${t('governance.setModules')}: ${organization.name}`}
      okText={t('governance.void.next')}
      onOk={() => onChosen({ kind: 'modules', organization: organization.id, recordKinds: [...chosen] })}
      onCancel={onClose}
    >
      <Flex vertical gap="small">
        <Select
          aria-label={t('governance.preset')}
          placeholder={t('governance.preset')}
          options={now.businessTypes.map(({ id, label }) => ({ value: id, label: label[currentLanguage()] }))}
          onChange={(id: string) =>
            setChosen(new Set(now.businessTypes.find((type) => type.id === id)?.recordKinds))
          }
        />
        {kinds.map((kind) => (
          <Flex key={kind} gap="small" align="center">
            <Switch
              aria-label={kindLabel(kind)}
              checked={chosen.has(kind)}
              onChange={(isOn) => change(kind, isOn)}
            />
            {kindLabel(kind)}
          </Flex>
        ))}
      </Flex>
    </Modal>
  );
};

const Acts = ({
  organization,
  manages,
  onModules,
  onWish,
}: {
  readonly organization: Organization;
  readonly manages: boolean;
  readonly onModules: () => void;
  readonly onWish: (wish: GovernanceWish) => void;
}) => {
  const { t } = useTranslation();
  const { id, status } = organization;
  if (status === 'retired') return null;
  const set = (next: Organization['status']) => () =>
    onWish({ kind: 'organization', organization: id, status: next });
  return (
    <Flex wrap gap="small">
      <Button size="small" onClick={onModules}>
        {t('governance.setModules')}
      </Button>
      {/* Who manages the network can't be left out of it. */}
      {!manages && (
        <>
          {status === 'active' ? (
            <Button size="small" danger onClick={set('suspended')}>
              {t('governance.suspend')}
            </Button>
          ) : (
            <Button size="small" onClick={set('active')}>
              {t('governance.resume')}
            </Button>
          )}
          <Button size="small" danger type="text" onClick={set('retired')}>
            {t('governance.retire')}
          </Button>
        </>
      )}
    </Flex>
  );
};

const Name = ({ now, organization }: { readonly now: Now; readonly organization: Organization }) => {
  const { t } = useTranslation();
  const { id, name } = organization;
  return (
    <Flex vertical>
      <span>
        {name} {id === now.managing && <Tag>{t('governance.manages')}</Tag>}
        {id === now.organization && <Tag color="processing">{t('governance.you')}</Tag>}
      </span>
      <Typography.Text type="secondary">{id}</Typography.Text>
    </Flex>
  );
};

const Part = ({ organization: { status, role, host } }: { readonly organization: Organization }) => {
  const { t } = useTranslation();
  const nameOf = useOrganizationName();
  return (
    <Flex wrap gap={4}>
      <Tag color={statusColours[status]}>{t(`governance.status.${status}`)}</Tag>
      <Tag>
        {host === null ? t(`governance.role.${role}`) : t('network.hostedBy', { name: nameOf(host) })}
      </Tag>
    </Flex>
  );
};

export const Organizations = ({ now }: { readonly now: Now }) => {
  const { t } = useTranslation();
  const kindLabel = useKindLabel();
  const mayGovern = useIsAdministrator();
  const [choosing, setChoosing] = useState<Organization>();
  const [wish, setWish] = useState<GovernanceWish>();
  return (
    <Card title={t('governance.tab.organizations')}>
      <DataTable
        label={t('governance.tab.organizations')}
        rowKey="id"
        dataSource={now.organizations}
        columns={[
          {
            title: t('common.organization'),
            key: 'name',
            render: (_, one) => <Name now={now} organization={one} />,
          },
          {
            title: t('common.status'),
            key: 'status',
            render: (_, one) => <Part organization={one} />,
          },
          {
            title: t('governance.modules'),
            dataIndex: 'modules',
            render: (modules: readonly string[]) =>
              modules.length === 0 ? (
                <Typography.Text type="secondary">{t('governance.noModules')}</Typography.Text>
              ) : (
                <Flex wrap gap={4}>
                  {modules.map((kind) => (
                    <Tag key={kind}>{kindLabel(kind)}</Tag>
                  ))}
                </Flex>
              ),
          },
          ...(mayGovern && now.organization === now.managing
            ? [
                {
                  title: t('common.act'),
                  key: 'act',
                  render: (_: unknown, one: Organization) => (
                    <Acts
                      organization={one}
                      manages={one.id === now.managing}
                      onModules={() => setChoosing(one)}
                      onWish={setWish}
                    />
                  ),
                },
              ]
            : []),
        ]}
      />
      {choosing !== undefined && (
        <ChooseModules
          now={now}
          organization={choosing}
          onClose={() => setChoosing(undefined)}
          onChosen={(chosen) => {
            setChoosing(undefined);
            setWish(chosen);
          }}
        />
      )}
      {wish !== undefined && <ActDialog wish={wish} onClose={() => setWish(undefined)} />}
    </Card>
  );
};
