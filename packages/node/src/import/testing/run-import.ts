// A process that imports a workbook and a push into a database, prints what came of it, and dies where
// SUYUAN_HALT_AT says.
import { readFile } from 'node:fs/promises';
import { crashPointsOf } from '../../crash-point.ts';
import { openDatabase } from '../../database/database.ts';
import { importBytes, importDeps } from './import-fixture.ts';

const [url = '', path = ''] = process.argv.slice(2);
const database = openDatabase({ url });
const reach = crashPointsOf(process.env, undefined);
await reach('import.received');
const outcome = await importBytes(importDeps(database, { reach }), await readFile(path));
await database.close();
process.stdout.write(`${JSON.stringify(outcome)}\n`);
