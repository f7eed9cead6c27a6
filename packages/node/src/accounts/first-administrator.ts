// The first administrator of a new node: made once, with a generated password that is shown to whoever started it, and
// again for who holds the server and has no administrator left that can sign in.
import { assert } from '@suyuan/log';

import type { Database } from '../database/database.ts';
import { generatePassword } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';

/** What to show, this once. */
export interface FirstAdministrator {
  readonly name: string;
  readonly password: string;
}

const settingName = 'first_administrator';
const name = 'administrator';

/**
 * Makes the first administrator unless an earlier start has. A start that died after making the account but before
 * anybody saw the password gives it a new one; `keep` sees it before that is over.
 */
export async function makeFirstAdministrator(
  database: Database,
  signIn: SignIn,
  keep: (administrator: FirstAdministrator) => Promise<void> = async () => undefined,
): Promise<FirstAdministrator | undefined> {
  const made = await database.read(
    async (db) =>
      await db.selectFrom('setting').select('name').where('name', '=', settingName).executeTakeFirst(),
  );
  if (made !== undefined) return undefined;
  const users = await signIn.users();
  const left = users.find((user) => user.name === name);
  const isFresh = users.length === 0 || left !== undefined;
  const password = generatePassword();
  if (left !== undefined) await signIn.changeUser(left.id, { password });
  else if (isFresh) await signIn.createUser(name, password, 'administrator');
  if (isFresh) await keep({ name, password });
  await database.transact(
    async ({ sql }) => await sql.insertInto('setting').values({ name: settingName, value: 'true' }).execute(),
  );
  return isFresh ? { name, password } : undefined;
}

/** Gives the first administrator a new password and its role back, or makes it again where it was removed. */
export async function renewFirstAdministrator(signIn: SignIn): Promise<FirstAdministrator> {
  const password = generatePassword();
  const found = (await signIn.users()).find((user) => user.name === name);
  const changed =
    found === undefined
      ? await signIn.createUser(name, password, 'administrator')
      : await signIn.changeUser(found.id, { password, role: 'administrator' });
  assert(changed.ok, 'only a running node changes its accounts');
  return { name, password };
}
