import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { table } from './answer.ts';
import { run } from './run.ts';
import type { ExitCode } from './failure.ts';

interface Outcome {
  readonly exitCode: ExitCode;
  readonly output: string;
  readonly errors: string;
}

async function suyuan(line: string, environment: Record<string, string> = {}): Promise<Outcome> {
  let output = '';
  let errors = '';
  const exitCode = await run(
    line.split(' ').filter((word) => word !== ''),
    {
      print: (text) => void (output += text),
      say: (text) => void (errors += text),
      isWatched: false,
      columns: 100,
      environment,
    },
  );
  return { exitCode, output, errors };
}

describe('the command line', () => {
  test('help goes to standard output with exit code 0', async () => {
    const { exitCode, output, errors } = await suyuan('--help');
    expect({ exitCode, errors }).toEqual({ exitCode: 0, errors: '' });
    for (const name of [
      'demo',
      'node',
      'template',
      'code',
      'import',
      'report',
      'trace',
      'receipt',
      'disclose',
      'verify',
      'log',
      'organization',
      'key',
    ]) {
      expect(output).toContain(`\n  ${name} `);
    }
  });

  test.each([
    ['', 'usage_wrong'],
    ['nonsense', 'usage_wrong'],
    ['verify', 'usage_wrong'],
    ['verify a b', 'usage_wrong'],
    ['verify a --unknown', 'usage_wrong'],
    ['verify a --policy b', 'option_missing'],
    ['verify a --fresh none', 'option_missing'],
    ['verify a --policy b --fresh new', 'option_malformed'],
    ['verify a --policy b --fresh -1', 'option_malformed'],
    ['verify a --policy b --fresh none', 'file_unreadable'],
    ['trace X', 'url_missing'],
    ['trace X --url nowhere', 'url_malformed'],
    ['trace X --url http://token@127.0.0.1:1', 'url_malformed'],
    ['trace X --url http://127.0.0.1:1/?token=a', 'url_malformed'],
    ['trace X --url http://127.0.0.1:1', 'node_unreachable'],
    ['report --url http://127.0.0.1:1', 'option_missing'],
    ['report --all --import 1 --url http://127.0.0.1:1', 'option_missing'],
    ['report --import x --url http://127.0.0.1:1', 'option_malformed'],
    ['receipt --out a --url http://127.0.0.1:1', 'argument_missing'],
    ['receipt 1/2 --latest --out a --url http://127.0.0.1:1', 'argument_missing'],
    ['receipt 1-2 --out a --url http://127.0.0.1:1', 'record_name_malformed'],
    ['receipt 1/2 --url http://127.0.0.1:1', 'option_missing'],
    ['receipt 1/2 --format pdf --out a --url http://127.0.0.1:1', 'option_malformed'],
    ['disclose 1/2 --parts secret --out a --url http://127.0.0.1:1', 'option_malformed'],
    ['import battery_module missing.xlsx --url http://127.0.0.1:1', 'file_unreadable'],
    ['import battery_module . --url http://127.0.0.1:1', 'file_unreadable'],
    ['log --since a --url http://127.0.0.1:1', 'option_missing'],
    ['code A --kind X', 'option_malformed'],
  ])('%s is wrong usage: exit code 2, one sentence, and %s as JSON', async (line, code) => {
    const plain = await suyuan(line);
    expect(plain).toMatchObject({ exitCode: 2, output: '' });
    expect(plain.errors).not.toBe('');
    const { exitCode, output } = await suyuan(`${line} --json`);
    expect(exitCode).toBe(2);
    expect(JSON.parse(output)).toMatchObject({ code, message: expect.stringMatching(/\S/) });
  });

  test('the address and token come from the environment too, and the token is shown nowhere', async () => {
    const secret = 'suyuan_0123456789';
    const outcome = await suyuan('trace X --json', {
      SUYUAN_URL: 'http://127.0.0.1:1',
      SUYUAN_TOKEN: secret,
    });
    expect(JSON.parse(outcome.output)).toMatchObject({ code: 'node_unreachable' });
    expect(outcome.output + outcome.errors).not.toContain(secret);
  });
});

describe('code', () => {
  test('decodes a valid code', async () => {
    const { exitCode, output } = await suyuan('code 001CB240000003B3C0221953 --json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(output)).toEqual([
      expect.objectContaining({
        input: '001CB240000003B3C0221953',
        kind: 'battery_code',
        valid: true,
        findings: [],
        manufacturer: '001',
        product: 'C',
        date: '2021-03-12',
      }),
    ]);
  });

  test('one code that is not valid makes the answer no', async () => {
    const { exitCode, output } = await suyuan('code 1M8GDM9AXKP042788 1M8GDM9AXKP04278I --json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(output)).toMatchObject([
      { kind: 'vin', valid: true },
      { kind: 'vin', valid: false },
    ]);
  });
});

test('columns of a table line up, full-width characters too', () => {
  expect(
    table([
      ['ab', 'c'],
      ['汉', 'd'],
      ['', 'e'],
    ]),
  ).toBe('ab  c\n汉  d\n    e\n');
});

describe('key', () => {
  test('makes the missing keys once, and shows the same ones afterwards', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'suyuan-key-'));
    const line = `key --data ${folder} --organization acme --json`;
    expect(await suyuan(line)).toMatchObject({ exitCode: 1, output: expect.stringContaining('"keys":[]') });
    const made = await suyuan(`${line} --generate`);
    expect(made.exitCode).toBe(0);
    const [{ keys }] = JSON.parse(made.output).organizations;
    expect(keys).toContainEqual(
      expect.objectContaining({
        purpose: 'statement',
        keyId: expect.stringMatching(/^[0-9a-f]{64}$/),
        isNew: true,
      }),
    );
    const { mode } = await stat(join(folder, 'organizations/acme/keys/statement.pem'));
    expect(mode & 0o777).toBe(0o600);
    const again = await suyuan(`${line} --generate`);
    expect(JSON.parse(again.output).organizations[0].keys).toEqual(
      keys.map((one: object) => ({ ...one, isNew: false })),
    );
    expect((await suyuan(`key --data ${folder} --organization ../x`)).exitCode).toBe(2);
    expect((await suyuan(`key --data ${folder} --generate`)).exitCode).toBe(2);
    await rm(folder, { recursive: true });
  });
});

test('control characters of others do not reach the terminal', async () => {
  const { errors, output } = await suyuan('verify a --policy b --fresh \u001b[2J\u202e');
  expect(errors + output).not.toContain('\u001b');
  expect(errors + output).not.toContain('\u202e');
  expect((await suyuan('code \u001b[2J')).output).not.toContain('\u001b');
});
