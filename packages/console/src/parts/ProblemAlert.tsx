/** A refusal or fault of the node in the reader's language, with its code for those who ask support. */
import { problems } from '@suyuan/api';
import { Link } from '@tanstack/react-router';
import { Alert, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';

const sentences: ReadonlyMap<string, { readonly zh: string; readonly en: string }> = new Map(
  Object.entries(problems),
);

/** The sentence for any error: from the catalogue of problems, or that the node can't be reached. */
export const useSentence = (): ((error: unknown) => string) => {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ProblemError)) return t('problem.fault');
    if (error.code === 'offline') return t('problem.offline');
    return sentences.get(error.code)?.[currentLanguage()] ?? t('problem.unknown');
  };
};

/** What support wants to know: the detail that the node gave, the code. */
const factsOf = (error: unknown): string => {
  if (!(error instanceof ProblemError)) return String(error);
  const detail = typeof error.facts['detail'] === 'string' ? error.facts['detail'] : '';
  return [detail, error.code].filter((part) => part !== '').join(' · ');
};

/** The imports in which records lack their files: there these are uploaded. */
const importsOf = (error: unknown): readonly number[] => {
  const records = error instanceof ProblemError ? error.facts['records'] : undefined;
  if (!Array.isArray(records)) return [];
  const ids = records.map((record: unknown): unknown => Object(record).import);
  return [...new Set(ids.filter((id): id is number => typeof id === 'number'))];
};

export const ProblemAlert = ({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: (() => void) | undefined;
}) => {
  const { t } = useTranslation();
  const sentence = useSentence();
  return (
    <Alert
      type="error"
      showIcon
      title={sentence(error)}
      description={
        <>
          {factsOf(error)}
          {importsOf(error).map((id) => (
            <div key={id}>
              <Link to="/import/$id" params={{ id: String(id) }}>
                {t('import.one')} #{id}
              </Link>
            </div>
          ))}
        </>
      }
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>{t('common.retry')}</Button>}
    />
  );
};
