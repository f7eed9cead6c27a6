// The form of a source keeps everything that the contract knows: what was set by the API survives a change on the page.
import type { SourceDraft, SourceSettings } from '@suyuan/api';
import { expect, test } from 'vitest';
import { draftOf, valuesOf } from './source-form.ts';

const kind = 'battery_module';
const http = { type: 'http', address: 'https://erp.example.com' } as const;
const stream = { kind, path: '/api', form: 'json', list: 'data.rows' } as const;
const common = { mapping: 3, rowId: 'no' };

const all: readonly SourceSettings[] = [
  {
    ...http,
    privateAddresses: ['10.1.2.0/24'],
    authorization: { type: 'header', name: 'X-Api-Key' },
    streams: [
      { ...stream, ...common, paging: { type: 'cursor', parameter: 'after', member: 'next' } },
      { ...stream, kind: 'battery_pack', paging: { type: 'cursor', parameter: 'after', column: 'id' } },
    ],
  },
  {
    ...http,
    authorization: { type: 'bearer' },
    streams: [
      {
        ...stream,
        paging: { type: 'page', parameter: 'page', first: 0 },
        since: { parameter: 'changed_after', column: 'changed' },
      },
      { kind: 'battery_pack', path: '/lines', form: 'lines', paging: { type: 'link', member: 'next' } },
      { kind: 'vehicle_sale', path: '/csv', form: 'csv', paging: { type: 'link' } },
      { kind: 'vehicle_repair', path: '/all', form: 'csv', since: { parameter: 'from', column: 'at' } },
    ],
  },
  { type: 'folder', folder: 'erp', streams: [{ kind, ...common, files: 'packs-*.csv' }] },
  {
    type: 'sql',
    system: 'postgresql',
    timeoutSeconds: 300,
    privateAddresses: ['10.0.0.1'],
    streams: [{ kind, ...common, view: 'mes.modules', cursor: 'updated_no' }],
  },
];

test.each(all)('a source of type $type goes through the form unchanged', (settings) => {
  const source: SourceDraft = {
    name: 'ERP',
    system: 'SAP',
    settings,
    schedule: { every: 30 },
    autoReport: true,
    holdWarnings: false,
    openToManager: true,
  };
  expect(draftOf(valuesOf(source))).toEqual(source);
});
