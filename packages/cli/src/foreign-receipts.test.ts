// What a running node hands out, checked by software that is not of this project: proofbundle and scitt-cose read
// downloaded receipts, tessera's fsck reads the log over HTTP (spec/log.md L30).
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, smallDemonstration, startDemonstration } from '@suyuan/node';
import type { Demonstration } from '@suyuan/node';
import { encodeHex } from '@suyuan/log';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  INSTALL_TIMEOUT_MS,
  checkLog,
  installFsck,
  installPython,
  missingTools,
  readPolicy,
  verifyForeign,
} from '../../../tools/interop/foreign-tools.ts';
import type { ForeignPolicy } from '../../../tools/interop/foreign-tools.ts';

const missing = missingTools('python3', 'go');

describe.skipIf(missing !== undefined)(`receipts and log of a node ${missing ?? ''}`, () => {
  let folder = '';
  let demonstration: Demonstration | undefined;
  let url = '';
  let token = '';
  let policy: ForeignPolicy = { origin: '', quorum: 0, validators: [] };

  const download = async (path: string): Promise<Uint8Array> => {
    const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
    expect([path, response.status]).toEqual([path, 200]);
    return new Uint8Array(await response.arrayBuffer());
  };
  const text = async (path: string): Promise<string> => new TextDecoder().decode(await download(path));

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'suyuan-foreign-'));
    await chmod(folder, 0o755); // PostgreSQL runs as another user when the test runs as root
    const settings = readSettings({}, { dataDir: join(folder, 'demo'), port: 0, logLevel: 'error' });
    demonstration = await startDemonstration({ ...smallDemonstration, settings });
    const maker = demonstration.document.organizations.find(({ role }) => role === 'battery_maker');
    url = maker?.url ?? '';
    token = maker?.tokens.auditor ?? '';
    policy = readPolicy(await readFile(demonstration.document.trustPolicy));
  });
  afterAll(async () => {
    await demonstration?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test(
    '[L30] proofbundle accepts a downloaded tlog-proof with any one log key and the quorum of cosigners',
    async () => {
      const python = await installPython();
      const common = {
        tool: 'proofbundle',
        proof: await text('/receipts/1/5?format=tlog-proof'),
        entry: encodeHex(await download('/statements/1')),
        witnessVkeys: policy.validators.map(({ cosigningKey }) => cosigningKey),
        threshold: policy.quorum,
        origin: policy.origin,
      };
      const verdicts = await verifyForeign(
        python,
        policy.validators.map(({ logKey }) => ({ ...common, logVkey: logKey })),
      );
      expect(verdicts.map(({ valid, reason }) => ({ valid, reason }))).toEqual(
        policy.validators.map(() => ({ valid: true, reason: '' })),
      );
      const other = encodeHex(await download('/statements/0'));
      const [refused] = await verifyForeign(python, [
        { ...common, entry: other, logVkey: policy.validators[0]?.logKey },
      ]);
      expect(refused).toMatchObject({ valid: false, inclusionValid: false });
    },
    INSTALL_TIMEOUT_MS,
  );

  test(
    '[L30] scitt-cose accepts a downloaded COSE receipt and the statement below it',
    async () => {
      const python = await installPython();
      const statement = encodeHex(await download('/statements/1'));
      const receipt = encodeHex(await download('/receipts/1/5?format=cose'));
      const logKey = await text('/log-key');
      const issuerKey = await text('/statements/1/issuer.pem');
      const verdicts = await verifyForeign(python, [
        { tool: 'scitt-cose', receipt, entry: statement, publicKeyPem: logKey },
        { tool: 'scitt-cose-statement', statement, publicKeyPem: issuerKey },
        { tool: 'scitt-cose', receipt, entry: statement, publicKeyPem: issuerKey },
      ]);
      expect(verdicts).toMatchObject([
        { valid: true, index: 1, reason: '' },
        { valid: true, issuer: 'battery-maker', subject: 'channel/1' },
        { valid: false },
      ]);
    },
    INSTALL_TIMEOUT_MS,
  );

  test(
    '[L30] fsck finds the log of the node whole, with the key of any validator',
    async () => {
      const fsck = await installFsck();
      for (const { logKey } of policy.validators) {
        const log = { url: `${url}/log/`, origin: policy.origin, vkey: logKey, bearerToken: token };
        expect(await checkLog(fsck, log)).toBeUndefined();
      }
    },
    INSTALL_TIMEOUT_MS,
  );
});
