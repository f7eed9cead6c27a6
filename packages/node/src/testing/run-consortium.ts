// A node of a one-validator network as a process of its own: orders until its log has a size, prints what there is
// then, and dies where SUYUAN_HALT_AT says.
import { assert, encodeHex } from '@suyuan/log';
import { logSizeOf } from '@suyuan/ledger';

import { crashPointsOf } from '../crash-point.ts';
import { openDatabase } from '../database/database.ts';
import { makeTestConsortium } from './test-consortium.ts';

const [url = '', folder = '', program = '', size = '0'] = process.argv.slice(2);
const database = openDatabase({ url });
const [member] = await makeTestConsortium({
  program,
  folder,
  members: [['org-0', 'validator', database]],
  reach: crashPointsOf(process.env, undefined),
});
assert(member !== undefined, 'there is one member');
await member.open();
for (let sequence = 1; sequence <= Number(size); sequence++)
  await member.ordering().submit(member.sign(sequence));
await member.until((ledger) => logSizeOf(ledger.state()) === Number(size));
const { height, appHash } = await member.ledger().application.status();
await member.close();
await database.close();
process.stdout.write(`${JSON.stringify({ height, appHash: encodeHex(appHash), faults: member.faults })}\n`);
