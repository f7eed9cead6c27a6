/** A refusal or fault of the node in the reader's language, with its code for those who ask support. */
import { Alert, Button } from 'antd';
import { problemCatalogue } from '@suyuan/api';
import { useTranslation } from 'react-i18next';
import { ProblemError } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';

const sentences: ReadonlyMap<string, { readonly zh: string; readonly en: string }> = new Map(
  Object.entries(problemCatalogue),
);

/** The sentence for any error: from the catalogue of problems, or that the node can't be reached. */
export const useSentence = (): ((error: unknown) => string) => {
  const { t } = useTranslation();
  return (error) => {
    if (!(error instanceof ProblemError)) return String(error);
    if (error.code === 'offline') return t('problem.offline');
    return sentences.get(error.code)?.[currentLanguage()] ?? t('problem.unknown');
  };
};

const detailOf = (error: unknown): string =>
  error instanceof ProblemError && typeof error.facts['detail'] === 'string' ? error.facts['detail'] : '';

export const ProblemAlert = ({
  error,
  onRetry,
}: {
  readonly error: unknown;
  readonly onRetry?: () => void;
}) => {
  const { t } = useTranslation();
  const sentence = useSentence();
  const code = error instanceof ProblemError ? error.code : '';
  return (
    <Alert
      type="error"
      showIcon
      title={sentence(error)}
      description={[detailOf(error), code].filter((part) => part !== '').join(' · ')}
      action={onRetry === undefined ? undefined : <Button onClick={onRetry}>{t('common.retry')}</Button>}
    />
  );
};
