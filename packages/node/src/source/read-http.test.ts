// HTTP sources against a simulated ERP: pages, forms, cursors, and everything that can go wrong with an answer.
import type { HttpSettings } from '@suyuan/api';
import { startErp } from '@suyuan/testkit';
import type { ErpFault } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';

import { httpSource, moduleRows, sourceFixture } from './testing/source-fixture.ts';

describe('pages', () => {
  it('[D7] stages all pages by cursor, and the next run only what is new', async () => {
    await using fixture = await sourceFixture();
    const rows = moduleRows(260);
    await using erp = await startErp({ records: { battery_module: rows.slice(0, 250) } });
    const id = await fixture.bind(httpSource(erp.url));
    expect(await fixture.run(id)).toMatchObject({
      status: 'done',
      rows: 250,
      staged: 250,
      errors: 0,
      unchanged: 0,
    });
    expect((await fixture.show(id)).streams).toMatchObject([{ kind: 'battery_module', cursor: '250' }]);
    erp.add('battery_module', rows.slice(250));
    expect(await fixture.run(id)).toMatchObject({ status: 'done', rows: 10, staged: 10 });
    expect(await fixture.count('record')).toBe(260);
  });

  it('[D7] reads numbered pages, links, lines and CSV', async () => {
    const rows = moduleRows(230);
    await using erp = await startErp({ records: { battery_module: rows } });
    const modules = { kind: 'battery_module', path: '/api/battery_module' } as const;
    const streams: readonly HttpSettings['streams'][number][] = [
      {
        ...modules,
        path: `${modules.path}/array`,
        form: 'json',
        paging: { type: 'page', parameter: 'page' },
      },
      {
        ...modules,
        path: `${modules.path}/linked`,
        form: 'json',
        list: 'data.rows',
        paging: { type: 'link' },
      },
      { ...modules, path: `${modules.path}/lines`, form: 'lines' },
      { ...modules, path: `${modules.path}/csv`, form: 'csv' },
    ];
    await using fixture = await sourceFixture();
    for (const stream of streams) {
      const id = await fixture.bind({ ...httpSource(erp.url), streams: [stream] });
      expect(await fixture.run(id)).toMatchObject({ status: 'done', rows: 230, errors: 0 });
      // The same records by their own numbers: each way replaces what the one before staged.
      expect(await fixture.count('record')).toBe(230);
      expect((await fixture.run(id)).unchanged).toBe(230);
    }
  });
});

describe('faults', () => {
  const cases: readonly (readonly [ErpFault, string])[] = [
    [{ type: 'down' }, 'answer_refused'],
    [{ type: 'down', status: 404 }, 'answer_refused'],
    [{ type: 'silent' }, 'timed_out'],
    [{ type: 'cut' }, 'connection_failed'],
    [{ type: 'html' }, 'answer_not_json'],
    [{ type: 'repeats' }, 'pages_repeat'],
    [{ type: 'endless', bytes: 10_000_000_000 }, 'answer_too_large'],
    [{ type: 'gzip_bomb', bytes: 10_000_000_000 }, 'answer_too_large'],
    [{ type: 'redirects', to: 'http://127.0.0.2:9/x' }, 'address_elsewhere'],
  ];
  it('[D6] end the run with their code, and nothing is lost', async () => {
    await using fixture = await sourceFixture({ limits: { jsonBytesMax: 4_000_000 } });
    const rows = moduleRows(cases.length * 10);
    for (const [place, [fault, code]] of cases.entries()) {
      const own = rows.slice(place * 10, place * 10 + 10);
      await using erp = await startErp({ records: { battery_module: own }, faults: { '*': fault } });
      const id = await fixture.bind(httpSource(erp.url, { path: '/api/battery_module?limit=5' }));
      expect([fault.type, await fixture.run(id)]).toMatchObject([
        fault.type,
        { status: 'failed', failure: { code } },
      ]);
      expect((await fixture.show(id)).state).toBe('late');
      erp.fail('*');
      expect(await fixture.run(id)).toMatchObject({ status: 'done' });
      expect((await fixture.show(id)).state).toBe('fresh');
      expect(await fixture.count('record')).toBe(place * 10 + 10);
    }
  });

  it('[D13] tries again what may pass, and says how often', async () => {
    await using fixture = await sourceFixture();
    await using erp = await startErp({
      records: { battery_module: moduleRows(20) },
      faults: { '*': { type: 'down' } },
    });
    const id = await fixture.bind(httpSource(erp.url));
    expect(await fixture.run(id)).toMatchObject({
      status: 'failed',
      attempts: 2,
      failure: { detail: 'http_503' },
    });
    expect(erp.requests).toHaveLength(3);
    erp.fail('*', { type: 'down', status: 400 });
    expect(await fixture.run(id)).toMatchObject({ status: 'failed', attempts: 0 });
  });

  it('[D6] a slow source is waited for within its time', async () => {
    await using fixture = await sourceFixture();
    await using erp = await startErp({
      records: { battery_module: moduleRows(5) },
      faults: { '*': { type: 'slow', ms: 100 } },
    });
    expect(await fixture.run(await fixture.bind(httpSource(erp.url)))).toMatchObject({
      status: 'done',
      staged: 5,
    });
  });
});

describe('addresses', () => {
  it('[D4] leads into a private network only where that address is on its list', async () => {
    await using fixture = await sourceFixture();
    await using erp = await startErp({ records: { battery_module: moduleRows(5) } });
    const named = erp.url.replace('127.0.0.1', 'localhost');
    for (const address of [erp.url, named]) {
      const { privateAddresses: _, ...bare } = httpSource(address);
      expect(await fixture.run(await fixture.bind(bare))).toMatchObject({
        failure: { code: 'address_private' },
      });
      const other = { ...bare, privateAddresses: ['10.0.0.0/8'] };
      expect(await fixture.run(await fixture.bind(other))).toMatchObject({
        failure: { code: 'address_private' },
      });
    }
    expect(erp.requests).toHaveLength(0);
    expect(await fixture.run(await fixture.bind(httpSource(named)))).toMatchObject({ staged: 5 });
  });

  it('[D5] follows neither a redirect nor a next page to another origin, and sends no secret there', async () => {
    await using fixture = await sourceFixture();
    await using elsewhere = await startErp({ records: { battery_module: moduleRows(5) } });
    await using erp = await startErp({ token: 'SECRET-1', records: { battery_module: moduleRows(120) } });
    const settings = {
      ...httpSource(erp.url, {
        path: '/api/battery_module/linked',
        list: 'data.rows',
        paging: { type: 'link' },
      }),
      authorization: { type: 'bearer' },
    } as const;
    const id = await fixture.bind(settings, { secret: 'SECRET-1' });
    for (const type of ['redirects', 'next_elsewhere'] as const) {
      erp.fail('*', { type, to: `${elsewhere.url}/api/battery_module` });
      expect(await fixture.run(id)).toMatchObject({ failure: { code: 'address_elsewhere' } });
    }
    expect(elsewhere.requests).toHaveLength(0);
    erp.fail('*');
    expect(await fixture.run(id)).toMatchObject({ status: 'done' });
    expect(erp.requests.at(-1)?.authorization).toBe('Bearer SECRET-1');
  });
});
