/** The form of a source as flat values, and the way between them and the settings of the contract. */
import type { SourceDraft, SourceSchedule, SourceSettings } from '@suyuan/api';

/** One record kind as the form holds it; what does not belong to its type stays empty. */
export interface StreamValues {
  readonly kind?: string;
  readonly mapping?: number;
  readonly rowId?: string;
  readonly path?: string;
  readonly form?: 'json' | 'lines' | 'csv';
  readonly list?: string;
  readonly paging?: 'none' | 'cursor' | 'page' | 'link';
  readonly parameter?: string;
  /** Of a cursor: a member of the answer, or a column of the last row. */
  readonly cursorIn?: 'member' | 'column';
  readonly member?: string;
  readonly column?: string;
  /** Number of the first page. */
  readonly first?: number;
  readonly sinceParameter?: string;
  readonly sinceColumn?: string;
  readonly files?: string;
  readonly view?: string;
  readonly cursor?: string;
}

/** A source as the form holds it. */
export interface SourceValues {
  readonly name?: string;
  readonly system?: string;
  readonly type: SourceSettings['type'];
  readonly address?: string;
  readonly privateAddresses?: string[];
  readonly authorization?: 'none' | 'bearer' | 'header';
  readonly header?: string;
  readonly secret?: string;
  readonly folder?: string;
  readonly timeoutSeconds?: number;
  readonly streams: StreamValues[];
  readonly schedule: 'none' | 'every' | 'daily';
  readonly every?: number;
  readonly daily?: string;
  readonly autoReport?: boolean;
  readonly holdWarnings?: boolean;
  readonly openToManager?: boolean;
}

/** A new record kind of a source. */
export const emptyStream: StreamValues = { form: 'json', paging: 'none', cursorIn: 'member' };

/** A new source. */
export const emptySource: SourceValues = {
  type: 'http',
  authorization: 'none',
  streams: [emptyStream],
  schedule: 'none',
};

const given = (text: string | undefined): text is string => text !== undefined && text !== '';

type HttpStream = Extract<SourceSettings, { type: 'http' }>['streams'][number];

const pagingOf = (stream: StreamValues): HttpStream['paging'] => {
  const { paging, parameter = '', cursorIn, member, column, first } = stream;
  const named = given(member) ? { member } : {};
  if (paging === 'cursor') {
    const ofRow = given(column) ? { column } : {};
    return { type: 'cursor', parameter, ...(cursorIn === 'column' ? ofRow : named) };
  }
  if (paging === 'page') return { type: 'page', parameter, ...(typeof first === 'number' ? { first } : {}) };
  return paging === 'link' ? { type: 'link', ...named } : undefined;
};

/** What streams of every type have. */
const commonOf = ({ kind = '', mapping, rowId }: StreamValues) => ({
  kind,
  ...(mapping === undefined ? {} : { mapping }),
  ...(given(rowId) ? { rowId } : {}),
});

const httpStream = (stream: StreamValues): HttpStream => {
  const { path = '', form = 'json', list, sinceParameter, sinceColumn } = stream;
  const paging = pagingOf(stream);
  const since =
    given(sinceParameter) && given(sinceColumn)
      ? { since: { parameter: sinceParameter, column: sinceColumn } }
      : {};
  return {
    ...commonOf(stream),
    path,
    form,
    ...(given(list) && form === 'json' ? { list } : {}),
    ...(paging === undefined ? {} : { paging }),
    ...since,
  };
};

const settingsOf = (values: SourceValues): SourceSettings => {
  const named = values.privateAddresses ?? [];
  const privateAddresses = named.length === 0 ? {} : { privateAddresses: named };
  if (values.type === 'folder') {
    const streams = values.streams.map((stream) => ({ ...commonOf(stream), files: stream.files ?? '' }));
    return { type: 'folder', folder: values.folder ?? '', streams };
  }
  if (values.type === 'sql') {
    const streams = values.streams.map((stream) => ({
      ...commonOf(stream),
      view: stream.view ?? '',
      cursor: stream.cursor ?? '',
    }));
    const { timeoutSeconds } = values;
    const timeout = typeof timeoutSeconds === 'number' ? { timeoutSeconds } : {};
    return { type: 'sql', system: 'postgresql', ...privateAddresses, ...timeout, streams };
  }
  const { authorization, header = '' } = values;
  const way =
    authorization === 'bearer' ? { type: 'bearer' as const } : { type: 'header' as const, name: header };
  return {
    type: 'http',
    address: values.address ?? '',
    ...privateAddresses,
    ...(authorization === undefined || authorization === 'none' ? {} : { authorization: way }),
    streams: values.streams.map(httpStream),
  };
};

const scheduleOf = ({ schedule, every = 60, daily = '02:00' }: SourceValues): SourceSchedule | undefined => {
  if (schedule === 'none') return undefined;
  return schedule === 'every' ? { every } : { daily };
};

/** What the form says, as the contract takes it. */
export const draftOf = (values: SourceValues): SourceDraft => {
  const schedule = scheduleOf(values);
  return {
    name: values.name ?? '',
    system: values.system ?? '',
    settings: settingsOf(values),
    ...(given(values.secret) ? { secret: values.secret } : {}),
    ...(schedule === undefined ? {} : { schedule }),
    autoReport: values.autoReport ?? false,
    holdWarnings: values.holdWarnings ?? false,
    openToManager: values.openToManager ?? false,
  };
};

const streamValuesOf = ({ paging, since, ...stream }: HttpStream): StreamValues => {
  const from = since === undefined ? {} : { sinceParameter: since.parameter, sinceColumn: since.column };
  if (paging === undefined) return { ...stream, ...from, paging: 'none' };
  const { type, ...rest } = paging;
  const cursorIn = paging.type === 'cursor' && paging.column !== undefined ? 'column' : 'member';
  return { ...stream, ...from, ...rest, cursorIn, paging: type };
};

/** A stored source as the form holds it; its secret is not known here. */
export const valuesOf = (source: Omit<SourceDraft, 'secret'>): SourceValues => {
  const { settings, schedule } = source;
  const { name, system, autoReport = false, holdWarnings = false, openToManager = false } = source;
  const timing =
    schedule === undefined
      ? ({ schedule: 'none' } as const)
      : 'every' in schedule
        ? ({ schedule: 'every', every: schedule.every } as const)
        : ({ schedule: 'daily', daily: schedule.daily } as const);
  const plain = { name, system, autoReport, holdWarnings, openToManager, ...timing };
  const privateAddresses = settings.type === 'folder' ? [] : [...(settings.privateAddresses ?? [])];
  if (settings.type === 'folder')
    return { ...plain, type: 'folder', folder: settings.folder, streams: [...settings.streams] };
  if (settings.type === 'sql') {
    const { timeoutSeconds } = settings;
    const timeout = timeoutSeconds === undefined ? {} : { timeoutSeconds };
    return { ...plain, type: 'sql', privateAddresses, ...timeout, streams: [...settings.streams] };
  }
  const { address, authorization } = settings;
  const streams = settings.streams.map(streamValuesOf);
  return {
    ...plain,
    type: 'http',
    address,
    privateAddresses,
    authorization: authorization?.type ?? 'none',
    ...(authorization?.type === 'header' ? { header: authorization.name } : {}),
    streams,
  };
};
