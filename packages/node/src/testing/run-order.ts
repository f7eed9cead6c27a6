// A process that orders statements on a database, prints what there is then, and dies where SUYUAN_HALT_AT says.
import { crashPointsOf } from '../crash-point.ts';
import { openDatabase } from '../database/database.ts';
import { orderAll } from './order-all.ts';

const [url = '', numbers = '0'] = process.argv.slice(2);
const database = openDatabase({ url });
const ordered = await orderAll(database, Number(numbers), crashPointsOf(process.env, undefined));
await database.close();
process.stdout.write(`${JSON.stringify(ordered)}\n`);
