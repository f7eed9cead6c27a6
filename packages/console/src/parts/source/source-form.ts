/** The form of a source as flat values, and the way between them and the settings of the contract. */
import type { SourceDraft, SourceSchedule, SourceSettings } from '@suyuan/api';

/** One record kind as the form holds it; what does not belong to its type stays empty. */
export interface StreamValues {
  readonly kind?: string;
  readonly mapping?: number;
  readonly path?: string;
  readonly form?: 'json' | 'lines' | 'csv';
  readonly list?: string;
  readonly paging?: 'none' | 'cursor' | 'page' | 'link';
  readonly parameter?: string;
  readonly member?: string;
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
  readonly streams: StreamValues[];
  readonly schedule: 'none' | 'every' | 'daily';
  readonly every?: number;
  readonly daily?: string;
  readonly autoReport?: boolean;
  readonly holdWarnings?: boolean;
  readonly openToManager?: boolean;
}

/** A new source. */
export const emptySource: SourceValues = {
  type: 'http',
  authorization: 'none',
  streams: [{ form: 'json', paging: 'none' }],
  schedule: 'none',
};

const given = (text: string | undefined): text is string => text !== undefined && text !== '';

type HttpStream = Extract<SourceSettings, { type: 'http' }>['streams'][number];

const pagingOf = ({ paging, parameter = '', member }: StreamValues): HttpStream['paging'] => {
  const named = given(member) ? { member } : {};
  if (paging === 'cursor') return { type: 'cursor', parameter, ...named };
  if (paging === 'page') return { type: 'page', parameter };
  return paging === 'link' ? { type: 'link', ...named } : undefined;
};

const httpStream = (stream: StreamValues): HttpStream => {
  const { kind = '', mapping, path = '', form = 'json', list } = stream;
  const paging = pagingOf(stream);
  return {
    kind,
    path,
    form,
    ...(mapping === undefined ? {} : { mapping }),
    ...(given(list) && form === 'json' ? { list } : {}),
    ...(paging === undefined ? {} : { paging }),
  };
};

const settingsOf = (values: SourceValues): SourceSettings => {
  const common = ({ kind = '', mapping }: StreamValues) => ({
    kind,
    ...(mapping === undefined ? {} : { mapping }),
  });
  const named = values.privateAddresses ?? [];
  const privateAddresses = named.length === 0 ? {} : { privateAddresses: named };
  if (values.type === 'folder') {
    const streams = values.streams.map((stream) => ({ ...common(stream), files: stream.files ?? '' }));
    return { type: 'folder', folder: values.folder ?? '', streams };
  }
  if (values.type === 'sql') {
    const streams = values.streams.map((stream) => ({
      ...common(stream),
      view: stream.view ?? '',
      cursor: stream.cursor ?? '',
    }));
    return { type: 'sql', system: 'postgresql', ...privateAddresses, streams };
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
  if (settings.type === 'sql')
    return { ...plain, type: 'sql', privateAddresses, streams: [...settings.streams] };
  const { address, authorization } = settings;
  const streams = settings.streams.map(({ paging, ...stream }) => ({
    ...stream,
    paging: paging?.type ?? ('none' as const),
    ...(paging === undefined || paging.type === 'link' ? {} : { parameter: paging.parameter }),
    ...(paging === undefined || paging.type === 'page' || paging.member === undefined
      ? {}
      : { member: paging.member }),
  }));
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
