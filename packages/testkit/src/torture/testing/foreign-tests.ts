// What a network ordered by CometBFT hands out, as software that is not of this project reads it at two of its nodes.
import { encodeHex } from '@suyuan/log';
import { expect, test } from 'vitest';

import {
  checkLog,
  INSTALL_TIMEOUT_MS,
  installFsck,
  installPython,
  missingTools,
  readPolicy,
  verifyForeign,
} from '../../../../../tools/interop/foreign-tools.ts';
import { until } from '../real-network.ts';
import type { Under } from './under.ts';

const missing = missingTools('python3', 'go');

/** fsck and proofbundle at the reporter and at another member. */
export function testForeignReaders(under: Under): void {
  test.skipIf(missing !== undefined)(
    `[L30] fsck and proofbundle accept the log and a receipt from two nodes ${missing ?? ''}`,
    { timeout: INSTALL_TIMEOUT_MS },
    async () => {
      const { network, workload } = under();
      const [python, fsck] = [await installPython(), await installFsck()];
      const reported = await workload.report('org-1');
      await workload.collectReceipts(reported);
      const [entry] = reported.entries;
      const policy = readPolicy(await network.trustPolicy());
      const logKeys = policy.validators.map(({ logKey }) => logKey);
      for (const id of ['org-1', 'org-2']) {
        const fetched = async (path: string): Promise<Response> =>
          await until(`${id} gives ${path}`, async () => {
            const answer = await network.call(id, { as: 'auditor', path }).catch(() => undefined);
            return answer?.ok === true ? answer : undefined;
          });
        const receipt = {
          tool: 'proofbundle',
          proof: await (await fetched(`/receipts/${entry}/0?format=tlog-proof`)).text(),
          entry: encodeHex(new Uint8Array(await (await fetched(`/statements/${entry}`)).arrayBuffer())),
          witnessVkeys: policy.validators.map(({ cosigningKey }) => cosigningKey),
          threshold: policy.quorum,
          origin: policy.origin,
        };
        // A checkpoint carries the first quorum: which of the validators signed in time is chance.
        const verdicts = await verifyForeign(
          python,
          logKeys.map((logVkey) => ({ ...receipt, logVkey })),
        );
        expect(verdicts.filter(({ valid }) => valid).length).toBeGreaterThanOrEqual(policy.quorum);

        const { url, token } = network.entranceOf(id, 'auditor');
        const log = { url: `${url}/log/`, origin: policy.origin, bearerToken: token };
        const faults = await Promise.all(logKeys.map(async (vkey) => await checkLog(fsck, { ...log, vkey })));
        expect(faults.filter((fault) => fault === undefined).length).toBeGreaterThanOrEqual(policy.quorum);
      }
    },
  );
}
