// Tracing on records that went the whole way: life cycle, family and evidence at reporter and members.
import { describe, expect, it, vi } from 'vitest';

import { nativeCrypto } from '@suyuan/native-crypto';
import { generateRecords } from '@suyuan/testkit';
import { parseDisclosure } from '@suyuan/verifier';

import { claimRecords } from '../report/claim-records.ts';
import { stageSamples } from '../testing/stage-samples.ts';
import { testNetwork } from '../testing/test-network.ts';
import type { TestNetwork, TestNode } from '../testing/test-network.ts';
import { discloseRecord, readRecord } from './read-record.ts';
import type { TraceOptions } from './trace-code.ts';
import { noMasterData } from '../master/master-store.ts';
import { traceOf } from './trace-code.ts';

const PAGE = { after: 0, limit: 50 };

function optionsOf(network: TestNetwork, node: TestNode): TraceOptions & { readonly network: Uint8Array } {
  const { database, organization, ledger } = node;
  return {
    database,
    crypto: nativeCrypto,
    state: () => ledger.state(),
    organization,
    clock: network.clock,
    network: network.network,
    master: noMasterData,
  };
}

/** Ten records: two packs with four modules each, staged at the maker. */
async function stageFamilies(
  maker: TestNode,
): Promise<{ readonly packCode: string; readonly moduleCodes: string[] }> {
  let packCode = '';
  let moduleCodes: string[] = [];
  for (const { kind, records } of generateRecords({
    seed: 3,
    count: 10,
    from: '2026-01-01',
    to: '2026-06-30',
  })) {
    await stageSamples(maker.database, {
      kind,
      reporter: maker.organization,
      storedOn: '2026-11-20',
      records,
    });
    const [first] = records;
    if (kind !== 'battery_pack' || first === undefined) continue;
    packCode = String(first['packCode']);
    moduleCodes = Array.isArray(first['moduleCodes']) ? first['moduleCodes'].map(String) : [];
  }
  return { packCode, moduleCodes };
}

async function reportAll(node: TestNode): Promise<void> {
  const selection = { by: 'all', kind: undefined } as const;
  const begun = await claimRecords(node.database, { selection, createdBy: 'operator', now: new Date() });
  if (!begun.ok) throw new Error(begun.error.code);
  node.worker.enqueue(begun.value.id);
  await vi.waitFor(
    async () => {
      const open = await node.database.read((db) =>
        db.selectFrom('report').select('id').where('status', '=', 'running').execute(),
      );
      expect(open).toEqual([]);
    },
    { timeout: 20_000, interval: 10 },
  );
}

describe('trace', () => {
  it('shows staged records of this node, then the same records with their evidence', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    const { packCode, moduleCodes } = await stageFamilies(maker);
    const staged = await traceOf(optionsOf(network, maker), packCode, PAGE);
    expect(staged.events).toHaveLength(1);
    expect(staged.events[0]).toMatchObject({ status: 'staged', kind: 'battery_pack', role: 'subject' });
    expect(staged.events[0]?.evidence).toBeUndefined();
    expect(staged.family.map(({ code }) => code)).toEqual(expect.arrayContaining([packCode, ...moduleCodes]));

    await reportAll(maker);
    for (const node of [maker, network.node('managing')]) {
      await vi.waitFor(async () => {
        const trace = await traceOf(optionsOf(network, node), packCode, PAGE);
        expect(trace.events).toHaveLength(1);
        expect(trace.events[0]).toMatchObject({
          status: 'reported',
          record: expect.stringMatching(/^\d+\/\d+$/),
          reporter: 'maker',
          public: { packCode },
          evidence: { channel: 1, acknowledgements: ['managing'] },
        });
        expect(trace.provisional).toEqual([]);
      });
    }
  });

  it('follows a part to its whole and pages its events', async () => {
    await using network = await testNetwork({ organizations: ['maker'] });
    const maker = network.node('maker');
    const { packCode, moduleCodes } = await stageFamilies(maker);
    await reportAll(maker);
    const options = optionsOf(network, maker);
    const all = await traceOf(options, moduleCodes[1] ?? '', PAGE);
    expect(all.events.map(({ kind }) => kind).toSorted()).toEqual(['battery_module', 'battery_pack']);
    expect(all.family[0]).toMatchObject({ code: packCode, product: 'P', depth: 0 });
    expect(all.family.filter(({ product }) => product === 'M')).toHaveLength(4);
    expect(all.family.filter(({ product }) => product === 'C')).toHaveLength(24);
    expect(all.next).toBeUndefined();
    const first = await traceOf(options, moduleCodes[1] ?? '', { after: 0, limit: 1 });
    expect(first).toMatchObject({ next: 1, events: all.events.slice(0, 1) });
    const second = await traceOf(options, moduleCodes[1] ?? '', { after: 1, limit: 1 });
    expect(second.events).toEqual(all.events.slice(1));
    expect(second.next).toBeUndefined();
  });

  it('knows nothing of a code that nobody named, and says what is odd about it', async () => {
    await using network = await testNetwork({ organizations: ['maker'] });
    const options = optionsOf(network, network.node('maker'));
    expect(await traceOf(options, "x' or 1=1", PAGE)).toEqual({
      code: "x' or 1=1",
      findings: [],
      events: [],
      family: [],
      provisional: [],
    });
    const odd = await traceOf(options, '001XB240000003B3C0221953', PAGE);
    expect(odd.findings.map(({ code }) => code)).toContain('code_product_type');
  });
});

describe('records', () => {
  it('are shown without salts and disclosed with them, each disclosure written down', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const maker = network.node('maker');
    await stageFamilies(maker);
    await reportAll(maker);
    const options = optionsOf(network, maker);
    const record = await readRecord(options, 0, 1);
    expect(record).toMatchObject({ ok: true, value: { record: '0/1', status: 'reported', voided: false } });
    expect(JSON.stringify(record)).not.toContain('salt');
    expect(await readRecord(options, 0, 4_000)).toMatchObject({ error: { code: 'record_not_found' } });
    expect(await readRecord(options, 99, 0)).toMatchObject({ error: { code: 'record_not_found' } });

    const request = { entry: 0, leaf: 1, parts: ['public', 'private'], account: 'user:1' } as const;
    const file = await discloseRecord(options, request);
    const parsed = file.ok ? parseDisclosure(file.value) : file;
    expect(parsed).toMatchObject({ ok: true, value: { record: '0/1', parts: { private: { text: '{}' } } } });
    const log = await maker.database.read((db) => db.selectFrom('access_log').selectAll().execute());
    expect(log).toMatchObject([
      { account: 'user:1', act: 'disclosure', subject: '0/1', detail: '{"parts":["public","private"]}' },
    ]);

    const managing = optionsOf(network, network.node('managing'));
    await vi.waitFor(async () => expect(await readRecord(managing, 0, 1)).toMatchObject({ ok: true }));
    expect(await discloseRecord(managing, request)).toMatchObject({ error: { code: 'part_not_held' } });
    expect(await discloseRecord(managing, { ...request, parts: ['shared'] })).toMatchObject({ ok: true });
  });
});
