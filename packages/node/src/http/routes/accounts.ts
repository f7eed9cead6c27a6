// Sessions, users and API keys over HTTP.
import {
  changePassword,
  changeUser,
  createApiKey,
  createUser,
  getSession,
  listApiKeys,
  listUsers,
  removeApiKey,
  removeUser,
  resetPassword,
  signIn,
  signOut,
} from '@suyuan/api';
import type { ApiKey, ApiKeys } from '../../accounts/api-keys.ts';
import { generatePassword } from '../../accounts/sign-in.ts';
import type { SignIn, User } from '../../accounts/sign-in.ts';
import { handle } from '../handle.ts';
import type { Binding } from '../handle.ts';
import { problem } from '../problem.ts';

/** What these routes need. */
export interface AccountDependencies {
  readonly signIn: SignIn;
  readonly apiKeys: ApiKeys;
}

function showUser(user: User): { id: string; name: string; role: User['role']; createdAt: string } {
  return { ...user, createdAt: user.createdAt.toISOString() };
}

function showKey<K extends ApiKey>(
  key: K,
): Omit<K, 'createdAt' | 'expiresAt'> & { createdAt: string; expiresAt: string | null } {
  return { ...key, createdAt: key.createdAt.toISOString(), expiresAt: key.expiresAt?.toISOString() ?? null };
}

function sessionBindings(accounts: SignIn): readonly Binding[] {
  return [
    handle(signIn, async ({ body, setHeader, isSameOrigin }) => {
      if (!isSameOrigin) return problem('origin_refused');
      const session = await accounts.signIn(body.name, body.password);
      if (!session.ok) return problem('credentials_wrong');
      setHeader('set-cookie', session.value.cookies);
      return session.value.caller;
    }),
    handle(getSession, async ({ caller }) => caller),
    handle(signOut, async ({ header, setHeader, caller }) => {
      if (caller.way !== 'session') return;
      setHeader('set-cookie', await accounts.signOut(header('cookie') ?? ''));
    }),
    handle(changePassword, async ({ body, caller }) => {
      if (caller.way !== 'session')
        return problem('user_not_found', { detail: 'An API key has no password.' });
      const proven = await accounts.signIn(caller.name, body.password);
      if (!proven.ok) return problem('credentials_wrong');
      const changed = await accounts.changeUser(caller.account.slice('user:'.length), {
        password: body.newPassword,
      });
      return changed.ok ? undefined : problem('user_not_found');
    }),
  ];
}

function userBindings(accounts: SignIn): readonly Binding[] {
  return [
    handle(listUsers, async () => ({ items: (await accounts.users()).map(showUser) })),
    handle(createUser, async ({ body }) => {
      const password = body.password ?? generatePassword();
      const made = await accounts.createUser(body.name, password, body.role);
      return made.ok ? { ...showUser(made.value), password } : problem('user_name_taken');
    }),
    handle(changeUser, async ({ params, body }) => {
      const changed = await accounts.changeUser(params.id, body);
      if (changed.ok) return showUser(changed.value);
      return problem(changed.error.code === 'last_administrator' ? 'last_administrator' : 'user_not_found');
    }),
    handle(resetPassword, async ({ params }) => {
      const password = generatePassword();
      const changed = await accounts.changeUser(params.id, { password });
      return changed.ok ? { password } : problem('user_not_found');
    }),
    handle(removeUser, async ({ params }) => {
      const removed = await accounts.removeUser(params.id);
      if (removed.ok) return undefined;
      return problem(removed.error.code === 'last_administrator' ? 'last_administrator' : 'user_not_found');
    }),
  ];
}

/** The routes of accounts. */
export function accountBindings({ signIn: accounts, apiKeys }: AccountDependencies): readonly Binding[] {
  return [
    ...sessionBindings(accounts),
    ...userBindings(accounts),
    handle(listApiKeys, async () => ({ items: (await apiKeys.list()).map(showKey) })),
    handle(createApiKey, async ({ body, caller }) => {
      const { name, role, expiresAt } = body;
      const key = { name, role, ...(expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) }) };
      return showKey(await apiKeys.create(key, caller.name));
    }),
    handle(removeApiKey, async ({ params }) => {
      return (await apiKeys.remove(params.id)) ? undefined : problem('api_key_not_found');
    }),
  ];
}
