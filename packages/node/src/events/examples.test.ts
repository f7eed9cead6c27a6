// The examples for integrators, each run as its README says, against a network of three organisations. What a machine
// lacks is left out, and the title says so.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { generateRecords } from '@suyuan/testkit';

import { startTestNetwork } from '../testing/start-test-network.ts';
import type { TestNodes } from '../testing/start-test-network.ts';
import { showSecret, signMessage } from './webhook-signature.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../../', import.meta.url));
const MAKER = 1;

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const examples = [
  { language: 'curl', needs: ['curl', 'jq', 'sh'], command: ['sh', 'examples/curl/push.sh'] },
  { language: 'Python', needs: ['python3'], command: ['python3', 'examples/python/push.py'] },
  { language: 'Java', needs: ['java'], command: ['java', 'examples/java/Push.java'] },
  {
    language: 'TypeScript',
    needs: [],
    command: [process.execPath, '--import', 'tsx', 'examples/typescript/push.ts'],
  },
];

describe('examples', () => {
  let nodes: TestNodes;
  let folder = '';
  let token = '';
  beforeAll(async () => {
    nodes = await startTestNetwork();
    folder = await mkdtemp(join(tmpdir(), 'suyuan-examples-'));
    token =
      (await nodes.network().nodes[MAKER]?.apiKeys.create({ name: 'erp', role: 'operator' }, 'test'))?.key ??
      '';
  });
  afterAll(async () => {
    await nodes[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  });

  for (const [index, { language, needs, command }] of examples.entries()) {
    const lacking = needs.filter((program) => !isInstalled(program));
    const left = lacking.length === 0 ? '' : `: left out, ${lacking.join(' and ')} not installed`;
    it.skipIf(lacking.length > 0)(
      `${language}: pushes, reports, follows events and saves a receipt${left}`,
      async () => {
        const [{ kind, records } = { kind: '', records: [] }] = generateRecords({
          seed: 3 + index,
          count: 6,
          from: '2026-01-01',
          to: '2026-02-01',
        });
        const input = join(folder, `${language}.json`);
        const output = join(folder, `${language}-receipt.json`);
        await writeFile(input, JSON.stringify({ records }));
        const [program = '', ...given] = command;
        const environment = {
          ...process.env,
          SUYUAN_URL: nodes.network().nodes[MAKER]?.url,
          SUYUAN_TOKEN: token,
        };
        const options = { cwd: root, env: environment, timeout: 50_000 };
        const { stdout } = await run(program, [...given, kind, input, output], options);
        expect(stdout).toMatch(/^\d+\/0\n$/);
        expect(JSON.parse(await readFile(output, 'utf8'))).toMatchObject({
          format: 'suyuan-receipt/v1',
          entry: Number(stdout.split('/')[0]),
        });
      },
    );
  }

  const hasPython = isInstalled('python3');
  it.skipIf(!hasPython)(
    `[W9] Python tells a genuine webhook from a forged one${hasPython ? '' : ': left out, python3 not installed'}`,
    async () => {
      const secret = new Uint8Array(32).fill(7);
      const timestamp = Math.floor(Date.now() / 1000);
      const body = '{"type":"reported","data":{"id":1}}';
      const check = async (text: string): Promise<unknown> => {
        const signature = signMessage(secret, 'msg_1', timestamp, body);
        const given = ['examples/python/verify_webhook.py', 'msg_1', String(timestamp), signature];
        const env = { ...process.env, SUYUAN_WEBHOOK_SECRET: showSecret(secret) };
        const checking = spawn('python3', given, { cwd: root, env, stdio: ['pipe', 'ignore', 'inherit'] });
        checking.stdin.end(text);
        const [code]: unknown[] = await once(checking, 'close');
        return code;
      };
      expect(await check(body)).toBe(0);
      expect(await check(body.replace('1', '2'))).toBe(1);
    },
  );
});
