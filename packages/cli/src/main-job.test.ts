// The main job, by what the README says and nothing else: a demonstration as a process of its own, a template, two
// imports, a report, a trace, receipts in each form checked with networking off, and every needed byte changed once.
// Runs what `npm run build` made.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import { assert, encodeBase64, parseBase64 } from '@suyuan/log';
import type { Receipt } from '@suyuan/verifier';
import { encodeReceipt, parseReceipt } from '@suyuan/verifier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { run } from './run.ts';
import { offlineGuard } from './testing/offline-guard.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const suyuanFile = join(root, 'packages/cli/bin/suyuan.js');
const samples = join(root, 'samples');

interface DemoOrganization {
  readonly id: string;
  readonly role: string;
  readonly url: string;
  readonly tokens: Readonly<Record<string, string>>;
}

interface Demo {
  readonly organizations: readonly DemoOrganization[];
  readonly trustPolicy: string;
}

let folder = '';
let demoProcess: ChildProcess | undefined;
let demo: Demo = { organizations: [], trustPolicy: '' };

function file(name: string): string {
  return join(folder, name);
}

function organization(role: string): DemoOrganization {
  const found = demo.organizations.find((one) => one.role === role);
  assert(found !== undefined, `the demonstration has a ${role}`);
  return found;
}

interface Outcome {
  readonly exitCode: number;
  readonly json: ReturnType<typeof JSON.parse>;
  readonly errors: string;
}

/** Runs `suyuan` with `--json` as the operator of an organisation. */
async function suyuan(argv: readonly string[], role = 'battery_maker'): Promise<Outcome> {
  const { url, tokens } = organization(role);
  return await runNode([suyuanFile, ...argv, '--json'], {
    SUYUAN_URL: url,
    SUYUAN_TOKEN: tokens['operator'] ?? '',
  });
}

/** Checks a receipt with networking off, by the trust policy of the demonstration. */
async function verify(receipt: string, ...rest: readonly string[]): Promise<Outcome> {
  const argv = ['verify', file(receipt), '--policy', demo.trustPolicy, '--fresh', 'none', ...rest, '--json'];
  return await runNode(['--import', offlineGuard, suyuanFile, ...argv], {});
}

/** The same command in this process, which costs a twentieth: for the many changed bytes. */
async function verifyHere(receipt: string, ...rest: readonly string[]): Promise<Outcome> {
  let output = '';
  const argv = ['verify', file(receipt), '--policy', demo.trustPolicy, '--fresh', 'none', ...rest, '--json'];
  const exitCode = await run(argv, {
    print: (text) => void (output += text),
    say: () => undefined,
    isWatched: false,
    columns: 100,
    environment: {},
  });
  return { exitCode, json: JSON.parse(output), errors: '' };
}

async function runNode(
  argv: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const child = spawn(process.execPath, argv, {
    cwd: root,
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (errors += chunk));
  const [exitCode] = await once(child, 'close');
  // One JSON value and nothing else: anything more would not parse.
  return { exitCode, json: output === '' ? undefined : JSON.parse(output), errors };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'suyuan-main-job-'));
  await chmod(folder, 0o755);
  const child = spawn(
    process.execPath,
    [suyuanFile, 'demo', '--data', file('demo'), '--port', '0', '--small', '--json'],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  demoProcess = child;
  for await (const line of createInterface(child.stdout)) {
    demo = JSON.parse(line);
    break;
  }
  child.stdout.resume();
});

afterAll(async () => {
  if (demoProcess?.exitCode === null) demoProcess.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

describe('the main job', { timeout: 180_000 }, () => {
  test('the demonstration is described by DIR/demo.json as well', async () => {
    expect(JSON.parse(await readFile(file('demo/demo.json'), 'utf8'))).toEqual(demo);
    expect(demo.organizations.map(({ role }) => role)).toEqual([
      'managing',
      'battery_maker',
      'vehicle_maker',
    ]);
    const { json } = await suyuan(['organization'], 'vehicle_maker');
    expect(json).toMatchObject({ id: organization('vehicle_maker').id, organizations: [{}, {}] });
  });

  test('a template is written', async () => {
    const { exitCode, json } = await suyuan(['template', 'battery_module', '--out', file('template.xlsx')]);
    expect({ exitCode, json }).toMatchObject({ exitCode: 0, json: { kind: 'battery_module' } });
    expect((await readFile(file('template.xlsx'))).subarray(0, 2).toString('latin1')).toBe('PK');
    expect((await suyuan(['template', 'nothing', '--out', file('x')])).exitCode).toBe(1);
  });

  test('a filled-in template is imported, reported and traced', async () => {
    const imported = await suyuan(['import', 'battery_module', join(samples, 'modules.xlsx')]);
    expect(imported).toMatchObject({ exitCode: 0, json: { kind: 'battery_module', errors: 0 } });
    expect(imported.json.staged).toBe(imported.json.rows);
    const reported = await suyuan(['report', '--import', String(imported.json.id)]);
    expect(reported).toMatchObject({
      exitCode: 0,
      json: {
        records: imported.json.staged,
        batches: [
          { id: expect.any(Number), channel: 1, entry: expect.any(Number), count: imported.json.staged },
        ],
      },
    });
    const again = await suyuan(['report', '--import', String(imported.json.id)]);
    expect(again).toMatchObject({ exitCode: 0, json: { records: 0, batches: [] } });
  });

  test('every mistake is named with its cell', async () => {
    const argv = [
      'import',
      'battery_module',
      join(samples, 'modules-with-mistakes.xlsx'),
      '--marked',
      file('marked.xlsx'),
    ];
    const { exitCode, json } = await suyuan(argv);
    expect(exitCode).toBe(1);
    expect(json.staged + json.errors).toBeGreaterThan(0);
    const wrong = json.findings.filter((finding: { level: string }) => finding.level === 'error');
    expect(wrong.length).toBeGreaterThan(10);
    for (const finding of wrong) {
      expect(finding).toMatchObject({
        code: expect.stringMatching(/^[a-z0-9_]+$/),
        sheet: expect.any(String),
        row: expect.any(Number),
        message: { zh: expect.stringMatching(/\p{Script=Han}/u), en: expect.any(String) },
      });
    }
    expect((await readFile(file('marked.xlsx'))).subarray(0, 2).toString('latin1')).toBe('PK');
  });

  test('receipts of each form are valid with networking off, from any of the nodes', async () => {
    for (const role of ['battery_maker', 'vehicle_maker', 'managing']) {
      const bundle = ['receipt', '--latest', '--out', file('receipt.json')];
      expect((await suyuan(bundle, role)).exitCode).toBe(0);
      expect(await verify('receipt.json')).toMatchObject({
        exitCode: 0,
        json: { valid: true, code: 'valid', form: 'bundle', organization: organization('battery_maker').id },
      });
      for (const format of ['cose', 'tlog-proof']) {
        const extra = ['--with-statement', file('statement'), '--keys', file('keys')];
        const got = await suyuan(
          ['receipt', '--latest', '--format', format, '--out', file(`receipt.${format}`), ...extra],
          role,
        );
        expect(got.json).toMatchObject({
          format,
          keys: { issuer: file('keys/issuer.pem'), log: file('keys/log.pem') },
        });
        expect(await verify(`receipt.${format}`, '--statement', file('statement'))).toMatchObject({
          exitCode: 0,
          json: { valid: true, form: format },
        });
      }
    }
    expect(await readFile(file('keys/issuer.pem'), 'utf8')).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
  });

  test('a disclosure opens the record, and the whole batch has one receipt', async () => {
    const { json } = await suyuan(['receipt', '--latest', '--out', file('receipt.json')]);
    const disclosed = await suyuan([
      'disclose',
      json.record,
      '--parts',
      'public,shared',
      '--out',
      file('disclosure.json'),
    ]);
    expect(disclosed).toMatchObject({
      exitCode: 0,
      json: { record: json.record, parts: ['public', 'shared'] },
    });
    const valid = await verify('receipt.json', '--disclosure', file('disclosure.json'));
    expect(valid).toMatchObject({ exitCode: 0, json: { disclosed: { record: json.record } } });
    const { moduleCode } = JSON.parse(valid.json.disclosed.parts.public);
    expect(await suyuan(['trace', moduleCode], 'vehicle_maker')).toMatchObject({
      exitCode: 0,
      json: {
        code: moduleCode,
        events: expect.arrayContaining([expect.objectContaining({ record: json.record })]),
      },
    });
    expect(
      (await suyuan(['receipt', '--batch', String(json.entry), '--out', file('batch.json')])).exitCode,
    ).toBe(0);
    const whole = await verify('batch.json');
    expect(whole.json.records.length).toBeGreaterThan(1);
  });

  test('the log only grew since a saved checkpoint', async () => {
    expect((await suyuan(['log', '--out', file('checkpoint')])).exitCode).toBe(0);
    const again = await suyuan([
      'import',
      'battery_pack',
      join(samples, 'packs-with-mistakes.xlsx'),
      '--again',
    ]);
    await suyuan(['report', '--import', String(again.json.id)]);
    const { exitCode, json } = await suyuan(
      ['log', '--since', file('checkpoint'), '--policy', demo.trustPolicy],
      'managing',
    );
    expect({ exitCode, json }).toMatchObject({ exitCode: 0, json: { consistent: true } });
    expect(json.size).toBeGreaterThan(json.since);
  });

  test('what cannot be answered says why', async () => {
    expect(await suyuan(['receipt', '999999/0', '--out', file('x')])).toMatchObject({
      exitCode: 1,
      json: { code: expect.stringMatching(/_not_found$/) },
    });
    expect((await suyuan(['trace', 'SY1MB01M000000GB29999999'])).exitCode).toBe(1);
    const { url } = organization('battery_maker');
    const refused = await runNode([suyuanFile, 'log', '--url', url, '--token', 'suyuan_wrong', '--json'], {});
    expect(refused).toMatchObject({ exitCode: 2, json: { code: 'api_key_invalid', status: 401 } });
    expect(refused.errors + JSON.stringify(refused.json)).not.toContain('suyuan_wrong');
  });
});

describe('one changed byte', { timeout: 180_000 }, () => {
  /** The bytes with the lowest bit of one of them changed; the first unless said. */
  function flip(bytes: Uint8Array, at = 0): Uint8Array {
    return bytes.with(at, (bytes[at] ?? 0) ^ 1);
  }

  /** The signature line of a note that `isIt` picks, with a bit of its last byte changed. */
  function flipLine(note: string, isIt: (line: string) => boolean): string {
    const lines = note.split('\n');
    const at = lines.findIndex(isIt);
    const [dash, name, encoded = ''] = lines[at]?.split(' ') ?? [];
    const bytes = parseBase64(encoded);
    assert(bytes !== undefined, 'a signature line holds base64');
    return lines.with(at, `${dash} ${name} ${encodeBase64(flip(bytes, bytes.length - 1))}`).join('\n');
  }

  async function readBundle(): Promise<Receipt> {
    const parsed = parseReceipt(new Uint8Array(await readFile(file('receipt.json'))));
    assert(parsed.ok, 'the receipt is a receipt');
    return parsed.value;
  }

  async function codeOf(receipt: Receipt): Promise<string> {
    await writeFile(file('changed.json'), encodeReceipt(receipt));
    const { exitCode, json } = await verifyHere('changed.json');
    expect({ exitCode, valid: json.valid }).toEqual({ exitCode: 1, valid: false });
    expect(json.message.en).not.toBe('');
    return json.code;
  }

  test('of a record, the statement or a proof is refused with its reason', async () => {
    const bundle = await readBundle();
    const [record] = bundle.records;
    assert(record !== undefined, 'a receipt has a record');
    const [first = new Uint8Array(), ...others] = record.commitments;
    expect(await codeOf({ ...bundle, records: [{ ...record, commitments: [flip(first), ...others] }] })).toBe(
      'record_path_wrong',
    );
    expect(
      await codeOf({ ...bundle, records: [{ ...record, path: record.path.map((hash) => flip(hash)) }] }),
    ).toBe('record_path_wrong');
    expect(await codeOf({ ...bundle, statement: flip(bundle.statement, bundle.statement.length - 1) })).toBe(
      'statement_not_in_log',
    );
    expect(await codeOf({ ...bundle, inclusion: bundle.inclusion.map((hash) => flip(hash)) })).toBe(
      'statement_not_in_log',
    );
    const { batch, key } = bundle.state;
    expect(await codeOf({ ...bundle, state: { batch: flip(batch, 20), key } })).toBe('batch_proof_wrong');
    expect(await codeOf({ ...bundle, state: { batch, key: flip(key, 20) } })).toBe('key_proof_wrong');
    expect(
      await codeOf({ ...bundle, status: { ...bundle.status, batch: flip(bundle.status.batch, 20) } }),
    ).toBe('status_proof_wrong');
  });

  test('of each needed signature is refused with its reason', async () => {
    const bundle = await readBundle();
    const origin = bundle.checkpoint.split('\n', 1)[0] ?? '';
    const names = demo.organizations.map(({ id }) => `\u2014 ${origin}/${id} `);
    const isCosignature = names.map(
      (name) =>
        (line: string): boolean =>
          line.startsWith(name),
    );
    const isFirstLogSignature = (line: string): boolean => line.startsWith(`\u2014 ${origin} `);
    expect(isCosignature).toHaveLength(3);
    for (const isIt of [...isCosignature, isFirstLogSignature]) {
      const checkpoint = flipLine(bundle.checkpoint, isIt);
      expect(await codeOf({ ...bundle, checkpoint })).toBe('checkpoint_signature_invalid');
    }
    for (const isIt of isCosignature) {
      const without = bundle.checkpoint.split('\n').filter((line) => !isIt(line));
      expect(await codeOf({ ...bundle, checkpoint: without.join('\n') })).toBe('cosignatures_too_few');
    }
  });

  test('of a disclosed text is refused with its reason', async () => {
    const text = await readFile(file('disclosure.json'), 'utf8');
    await writeFile(file('changed.json'), text.replace('moduleCode\\":\\"S', 'moduleCode\\":\\"T'));
    const { exitCode, json } = await verifyHere('receipt.json', '--disclosure', file('changed.json'));
    expect({ exitCode, json }).toMatchObject({
      exitCode: 1,
      json: { code: 'commitment_mismatch', part: 'public' },
    });
  });

  test.each([
    ['cose', 'log_signature_wrong'],
    ['tlog-proof', 'statement_not_in_log'],
  ])('of a %s or its statement is refused', async (format, code) => {
    const receipt = new Uint8Array(await readFile(file(`receipt.${format}`)));
    const statement = new Uint8Array(await readFile(file('statement')));
    await writeFile(file('changed-statement'), flip(statement, statement.length - 1));
    expect(await verifyHere(`receipt.${format}`, '--statement', file('changed-statement'))).toMatchObject({
      exitCode: 1,
      json: { valid: false, code },
    });
    await writeFile(file('changed'), flip(receipt, receipt.length - 3));
    expect(await verifyHere('changed', '--statement', file('statement'))).toMatchObject({
      exitCode: 1,
      json: { valid: false },
    });
  });
});

test('Ctrl-C stops the demonstration, and its keys can be shown', async () => {
  demoProcess?.kill('SIGINT');
  const [exitCode] = demoProcess === undefined ? [] : await once(demoProcess, 'exit');
  expect(exitCode).toBe(0);
  const { url } = organization('managing');
  await expect(fetch(url)).rejects.toThrow('fetch failed');
  expect(
    (await runNode([suyuanFile, 'key', '--data', file('demo'), '--json'], {})).json.organizations,
  ).toHaveLength(3);
});
