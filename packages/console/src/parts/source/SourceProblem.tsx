/** A refusal about a source with the reason that the node names: its failure in words, or a short code. */
import { Alert } from 'antd';
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

export const SourceProblem = ({ error }: { readonly error: unknown }) => {
  const facts = error instanceof ProblemError ? error.facts : {};
  const failure = sentenceOf(facts['failure']);
  if (failure !== undefined)
    return <Alert type="error" showIcon title={failure.sentence} description={failure.code} />;
  const { reason } = facts;
  return (
    <>
      <ProblemAlert error={error} />
      {typeof reason === 'string' && <Alert type="error" title={reason} />}
    </>
  );
};
