/** A refusal about a source with the reason that the node names, in words. */
import { problems } from '@suyuan/api';
import { Alert } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../../client/call.ts';
import { currentLanguage } from '../../i18n/i18n.ts';
import { ProblemAlert } from '../ProblemAlert.tsx';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** What a preview or a run failed with: `{code, message: {en, zh}, detail?}`. */
const sentenceOf = (failure: unknown): { readonly sentence: string; readonly code: string } | undefined => {
  if (!isObject(failure) || !isObject(failure['message'])) return undefined;
  const sentence = failure['message'][currentLanguage()];
  const code = [failure['code'], failure['detail']].filter((part) => typeof part === 'string').join(' · ');
  return typeof sentence === 'string' ? { sentence, code } : undefined;
};

/** Why a source cannot be bound, as spec/source.md names it. */
const reasons = [
  'kind_twice',
  'private_address_malformed',
  'url_malformed',
  'scheme_refused',
  'credentials_in_url',
  'address_private',
  'address_elsewhere',
  'cursor_needs_member_or_column',
  'folder_refused',
  'secret_needed',
  'secret_not_needed',
  'secret_malformed',
  'own_organization',
] as const;

const catalogue: ReadonlyMap<string, { readonly zh: string; readonly en: string }> = new Map(
  Object.entries(problems),
);

export const SourceProblem = ({ error }: { readonly error: unknown }) => {
  const { t } = useTranslation();
  const facts = error instanceof ProblemError ? error.facts : {};
  const failure = sentenceOf(facts['failure']);
  if (failure !== undefined)
    return <Alert type="error" showIcon title={failure.sentence} description={failure.code} />;
  const { reason } = facts;
  const known = reasons.find((one) => one === reason);
  const sentence = known === undefined ? undefined : t(`source.reasons.${known}`);
  return (
    <>
      <ProblemAlert error={error} />
      {typeof reason === 'string' && (
        <Alert type="error" title={sentence ?? catalogue.get(reason)?.[currentLanguage()] ?? reason} />
      )}
    </>
  );
};
