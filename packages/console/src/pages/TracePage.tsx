/** Everything this node knows about a code: where it is now, what is odd about it, its life, its family, the evidence of each record. */
import { traceCode, type AnswerOf } from '@suyuan/api';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Alert, Card, Col, Empty, Flex, Form, Input, Row, Typography } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../client/call.ts';
import { currentLanguage } from '../i18n/i18n.ts';
import { CodeLink } from '../parts/CodeLink.tsx';
import { FamilyTree } from '../parts/FamilyTree.tsx';
import { LifeCycle } from '../parts/LifeCycle.tsx';
import { MissingPayloads } from '../parts/MissingPayloads.tsx';
import { MoreButton } from '../parts/MoreButton.tsx';
import { PageTitle } from '../parts/PageTitle.tsx';
import { ProblemAlert } from '../parts/ProblemAlert.tsx';
import { StateCard } from '../parts/StateCard.tsx';
import { Waiting } from '../parts/Waiting.tsx';

type Trace = AnswerOf<typeof traceCode>;

const codeLengthMax = 64;

/** As people paste it: without blanks around it; codes of fixed length are written in capitals. */
const tidyCode = (typed: string): string => {
  const code = typed.trim();
  return /^(?:[0-9a-z]{17}|[0-9a-z]{19}|[0-9a-z]{24}|[0-9a-z]{26})$/iu.test(code) ? code.toUpperCase() : code;
};

const SearchBox = ({ code }: { readonly code: string | undefined }) => {
  const { t } = useTranslation();
  const navigate = useNavigate();
  // What was typed while this code was shown; another code replaces it, and the box stays with its focus.
  const [typed, setTyped] = useState({ code, text: code });
  const search = (text: string): void => {
    const next = tidyCode(text);
    if (next !== '') void navigate({ to: '/trace', search: { code: next } });
  };
  return (
    <Card>
      <Form layout="vertical">
        <Form.Item
          label={t('trace.label')}
          htmlFor="code"
          extra={t('trace.hint')}
          style={{ marginBottom: 0 }}
        >
          <Input.Search
            id="code"
            size="large"
            value={(typed.code === code ? typed.text : code) ?? ''}
            onChange={({ target }) => setTyped({ code, text: target.value })}
            maxLength={codeLengthMax}
            placeholder={t('trace.placeholder')}
            enterButton={t('common.search')}
            autoFocus={code === undefined}
            autoComplete="off"
            spellCheck={false}
            onSearch={search}
          />
        </Form.Item>
      </Form>
    </Card>
  );
};

const levelTypes = { error: 'error', warning: 'warning', info: 'info' } as const;

/** Findings shown from the start. */
const openFindingsMax = 3;

/** Codes named with a finding; of the others only how many. */
const openCodesMax = 6;

const Codes = ({ codes }: { readonly codes: readonly string[] }) => (
  <Flex wrap gap="small">
    {codes.slice(0, openCodesMax).map((code) => (
      <CodeLink key={code} code={code} />
    ))}
    {codes.length > openCodesMax && `+ ${codes.length - openCodesMax}`}
  </Flex>
);

const Notes = ({ trace }: { readonly trace: Trace }) => {
  const { t } = useTranslation();
  // The same is often found of several codes of a family; it is said once, with the codes that are not the one traced.
  const findings = [...new Map(trace.findings.map((finding) => [finding.message.en, finding])).values()];
  const othersOf = ({ message }: (typeof findings)[number]): readonly string[] => {
    const same = trace.findings.filter((finding) => finding.message.en === message.en);
    const codes = new Set(same.flatMap(({ value }) => value ?? []));
    codes.delete(trace.code);
    return [...codes];
  };
  const rest = findings.slice(openFindingsMax);
  const shown = (finding: (typeof findings)[number]) => {
    const others = othersOf(finding);
    return (
      <Alert
        key={finding.message.en}
        showIcon
        type={levelTypes[finding.level]}
        title={finding.message[currentLanguage()]}
        {...(others.length > 0 ? { description: <Codes codes={others} /> } : {})}
      />
    );
  };
  return (
    <>
      {findings.slice(0, openFindingsMax).map(shown)}
      {rest.length > 0 && (
        <details>
          <summary>{t('trace.moreFindings', { count: rest.length })}</summary>
          <Flex vertical gap="small">
            {rest.map(shown)}
          </Flex>
        </details>
      )}
      {trace.provisional.map((reason) => (
        <Alert key={reason} showIcon type="warning" title={t(`trace.provisional.${reason}`)} />
      ))}
      {trace.provisional.includes('payloads_missing') && <MissingPayloads />}
    </>
  );
};

/** Names of the records in conflicts that nobody has settled. */
const disputedIn = ({ state }: Trace): ReadonlySet<string> =>
  new Set(state?.conflicts.flatMap(({ records, settled }) => (settled ? [] : records)));

const Outcome = ({ code }: { readonly code: string }) => {
  const { t } = useTranslation();
  const query = useInfiniteQuery({
    queryKey: ['trace', code],
    queryFn: ({ pageParam }) => call(traceCode, { params: { code }, query: { after: pageParam } }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  });
  const first = query.data?.pages[0];
  if (first === undefined) {
    return query.error === null ? (
      <Waiting />
    ) : (
      <ProblemAlert error={query.error} onRetry={() => void query.refetch()} />
    );
  }
  const events = query.data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Flex vertical gap="middle">
      <Typography.Title level={2} style={{ fontSize: 18, margin: 0, overflowWrap: 'anywhere' }} copyable>
        {code}
      </Typography.Title>
      {first.state !== undefined && <StateCard state={first.state} />}
      <Notes trace={first} />
      <Row gutter={[16, 16]}>
        <Col xs={24} xl={first.family.length > 0 ? 14 : 24}>
          <Card title={t('trace.events')}>
            {events.length === 0 ? (
              <Empty description={t('trace.none')}>
                <Typography.Text type="secondary">{t('trace.noneHint')}</Typography.Text>
              </Empty>
            ) : (
              <LifeCycle code={code} events={events} disputed={disputedIn(first)} />
            )}
            <MoreButton query={query} />
          </Card>
        </Col>
        {first.family.length > 0 && (
          <Col xs={24} xl={10}>
            <Card title={t('trace.family')}>
              <FamilyTree nodes={first.family} current={code} />
            </Card>
          </Col>
        )}
      </Row>
    </Flex>
  );
};

export const TracePage = () => {
  const { t } = useTranslation();
  const { code } = useSearch({ from: '/frame/trace' });
  return (
    <>
      <PageTitle title={t('trace.title')} />
      <Flex vertical gap="middle">
        <SearchBox code={code} />
        {code !== undefined && code !== '' && <Outcome key={code} code={code} />}
      </Flex>
    </>
  );
};
