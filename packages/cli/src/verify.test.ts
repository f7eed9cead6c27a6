// `suyuan verify` as a process: on files alone, with networking off, without the code of a node.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { paperNetwork } from '@suyuan/testkit';
import { encodeDisclosure, encodeReceipt, encodeTrustPolicy } from '@suyuan/verifier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { offlineGuard } from './testing/offline-guard.ts';
import type { ProcessOutcome } from './testing/suyuan-process.ts';
import { suyuanProcess } from './testing/suyuan-process.ts';

const paper = paperNetwork();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suyuan-verify-'));
  const voids = [{ first: 0, last: 1, entry: 9, mode: 'erase', replacement: null }] as const;
  const files: Record<string, Uint8Array> = {
    'receipt.json': encodeReceipt(paper.receipt([1, 3])),
    'voided.json': encodeReceipt(paperNetwork({ voids }).receipt([1, 3])),
    'policy.json': encodeTrustPolicy(paper.policy),
    'disclosure.json': encodeDisclosure(paper.disclosure(3, ['public', 'shared'])),
    'receipt.tlog-proof': paper.tlogProof(),
    'receipt.cose': paper.coseReceipt(2),
    statement: paper.statement,
  };
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes);
});

afterAll(async () => await rm(folder, { recursive: true }));

async function verify(receipt: string, ...rest: readonly string[]): Promise<ProcessOutcome> {
  const policy = ['--policy', join(folder, 'policy.json')];
  return await suyuanProcess(['verify', join(folder, receipt), ...policy, ...rest], {
    preload: offlineGuard,
  });
}

describe('suyuan verify', () => {
  test('the guard of these tests works', async () => {
    const online = await suyuanProcess(['trace', 'X', '--url', 'http://127.0.0.1:1'], {
      preload: offlineGuard,
    });
    expect(online).toMatchObject({ exitCode: 99, errors: 'used fetch\n' });
    const heavy = await suyuanProcess(['code', 'X'], { preload: offlineGuard });
    expect(heavy.errors).toContain('loaded @suyuan/battery');
  });

  test('says what a valid bundle proves', async () => {
    const { exitCode, output, errors } = await verify(
      'receipt.json',
      '--fresh',
      '11',
      '--disclosure',
      join(folder, 'disclosure.json'),
      '--json',
    );
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
    expect(JSON.parse(output)).toEqual({
      valid: true,
      code: 'valid',
      form: 'bundle',
      network: Buffer.from(paper.policy.network).toString('hex'),
      organization: 'org-0',
      channel: 1,
      recordKind: 'battery_pack',
      entry: 5,
      records: [
        { leaf: 1, record: '5/1' },
        { leaf: 3, record: '5/3' },
      ],
      createdAt: 1_789_999_970,
      noLaterThan: 1_790_000_000,
      noLaterThanTime: '2026-09-21T14:13:20Z',
      statusSize: 11,
      statusNoLaterThan: 1_790_000_000,
      cosignedBy: ['org-0', 'org-1', 'org-2'],
      disclosed: {
        record: '5/3',
        parts: {
          public: '{"number":3,"part":"public","note":""}',
          shared: '{"number":3,"part":"shared","note":"动力蓄电池"}',
        },
      },
    });
  });

  test('says the same to people', async () => {
    const { exitCode, output } = await verify('receipt.json', '--fresh', 'none');
    expect(exitCode).toBe(0);
    expect(output).toContain('VALID  有效');
    expect(output).toContain('org-0 reported 2 battery_pack records in entry 5');
    expect(output).toContain('2026-09-21T14:13:20Z');
  });

  test('a void record makes the answer no, with the whole verdict', async () => {
    const { exitCode, output } = await verify('voided.json', '--fresh', 'none', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({
      valid: false,
      code: 'voided',
      message: { zh: expect.stringContaining('作废'), en: expect.stringContaining('voided') },
      records: [{ record: '5/1', voided: { entry: 9, mode: 'erase' } }, { record: '5/3' }],
    });
  });

  test('a stale status makes the answer no', async () => {
    const { exitCode, output } = await verify('receipt.json', '--fresh', '12', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ valid: false, code: 'stale_status', size: 11, needed: 12 });
  });

  test.each(['receipt.tlog-proof', 'receipt.cose'])('%s is checked with its statement', async (name) => {
    const statement = join(folder, 'statement');
    const { exitCode, output } = await verify(name, '--fresh', 'none', '--statement', statement, '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toMatchObject({ valid: true, entry: 5, size: 8, claimedIssuer: 'org-0' });
    const without = await verify(name, '--fresh', 'none', '--json');
    expect(without.exitCode).toBe(1);
    expect(JSON.parse(without.output)).toMatchObject({ valid: false, code: 'statement_missing' });
  });

  test('a changed byte of the file makes the answer no', async () => {
    const bytes = await readFile(join(folder, 'receipt.json'));
    const at = bytes.indexOf('"commitments":["') + 20;
    bytes.writeUInt8(bytes.readUInt8(at) === 65 ? 66 : 65, at);
    await writeFile(join(folder, 'changed.json'), bytes);
    const { exitCode, output } = await verify('changed.json', '--fresh', 'none', '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject({ valid: false, code: 'record_path_wrong', leaf: 1 });
  });

  test('a missing --fresh is wrong usage', async () => {
    expect(await verify('receipt.json')).toMatchObject({
      exitCode: 2,
      output: '',
      errors: expect.stringContaining('--fresh is required'),
    });
  });
});
