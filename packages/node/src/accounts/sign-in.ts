// People's accounts and sessions through better-auth, in PostgreSQL (schema `accounts`). Names and passwords only,
// no mail addresses. The library is loaded when the first person signs in: a node at rest does without it.
import { randomBytes } from 'node:crypto';
import type { Role } from '@suyuan/api';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';
import type { Caller } from './caller.ts';
import type { Auth, AuthUser } from './auth.ts';
import { holdAuth } from './hold-auth.ts';
import type { AuthPlace } from './hold-auth.ts';

/** A person's account. */
export interface User {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
}

/** Why an account cannot be made or changed. */
export interface UserRejection {
  readonly code: 'user_not_found' | 'user_name_taken' | 'last_administrator' | 'credentials_wrong';
}

/** A browser's new session: the value of each Set-Cookie header, and whose it is. */
export interface NewSession {
  readonly cookies: readonly string[];
  readonly caller: Caller;
}

/** Accounts of people. */
export interface SignIn {
  signIn(name: string, password: string): Promise<Result<NewSession, UserRejection>>;
  /** Who a Cookie header belongs to. */
  callerOf(cookie: string): Promise<Caller | undefined>;
  /** Ends the session; returns the Set-Cookie values that clear it. */
  signOut(cookie: string): Promise<readonly string[]>;
  users(): Promise<readonly User[]>;
  createUser(name: string, password: string, role: Role): Promise<Result<User, UserRejection>>;
  /** Changes role or password, and ends the user's sessions. */
  changeUser(id: string, change: { role?: Role; password?: string }): Promise<Result<User, UserRejection>>;
  removeUser(id: string): Promise<Result<void, UserRejection>>;
  close(): Promise<void>;
}

/** A password that people can copy: 24 characters, 144 bits. */
export function generatePassword(): string {
  return randomBytes(18).toString('base64url');
}

function userOf(user: AuthUser): User {
  return { id: user.id, name: user.username, role: user.role, createdAt: user.createdAt };
}

function callerOf(user: AuthUser): Caller {
  return { account: `user:${user.id}`, name: user.username, role: user.role, way: 'session' };
}

/** Opens the accounts of one node; nothing is loaded before it is needed. */
export function createSignIn(options: AuthPlace): SignIn {
  const { use: withAuth, close } = holdAuth(options);

  async function isLastAdministrator(auth: Auth, id: string): Promise<boolean> {
    const administrators = (await auth.users()).filter((user) => user.role === 'administrator');
    return administrators.length === 1 && administrators[0]?.id === id;
  }

  return {
    signIn: async (name, password) =>
      await withAuth(async (auth) => {
        const session = await auth.signIn(name, password);
        if (session === undefined) return reject({ code: 'credentials_wrong' });
        return ok({ cookies: session.cookies, caller: callerOf(session.user) });
      }),
    callerOf: async (cookie) =>
      await withAuth(async (auth) => {
        const user = await auth.userOfCookie(cookie);
        return user === undefined ? undefined : callerOf(user);
      }),
    signOut: async (cookie) => await withAuth(async (auth) => await auth.signOut(cookie)),
    users: async () => await withAuth(async (auth) => (await auth.users()).map(userOf)),
    createUser: async (name, password, role) =>
      await withAuth(async (auth) => {
        if ((await auth.users()).some((user) => user.username === name))
          return reject({ code: 'user_name_taken' });
        return ok(userOf(await auth.createUser(name, password, role)));
      }),
    changeUser: async (id, change) =>
      await withAuth(async (auth) => {
        const user = (await auth.users()).find((candidate) => candidate.id === id);
        if (user === undefined) return reject({ code: 'user_not_found' });
        const { role, password } = change;
        if (role !== undefined && role !== user.role) {
          if (await isLastAdministrator(auth, id)) return reject({ code: 'last_administrator' });
          await auth.setRole(id, role);
        }
        if (password !== undefined) await auth.setPassword(id, password);
        await auth.endSessions(id);
        return ok(userOf({ ...user, role: role ?? user.role }));
      }),
    removeUser: async (id) =>
      await withAuth(async (auth) => {
        if (!(await auth.users()).some((user) => user.id === id)) return reject({ code: 'user_not_found' });
        if (await isLastAdministrator(auth, id)) return reject({ code: 'last_administrator' });
        await auth.endSessions(id);
        await auth.removeUser(id);
        return ok(undefined);
      }),
    close,
  };
}
