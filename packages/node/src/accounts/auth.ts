// better-auth as this node uses it: only its sign-in by user name, sessions, password hashes and tables. None of its
// own HTTP routes is served; the contract's routes call it.
import type { Pool } from 'pg';
import type { Role } from '@suyuan/api';

/** A user as the library stores it. */
export interface AuthUser {
  readonly id: string;
  readonly username: string;
  readonly role: Role;
  readonly createdAt: Date;
}

/** How sessions are kept. */
export interface SessionOptions {
  /** Signs session cookies; at least 32 bytes as text. */
  readonly secret: string;
  /** Name of the session cookie; nodes on one host need different ones, since cookies know no ports. */
  readonly cookieName: string;
  /** Cookies are sent over HTTPS only. */
  readonly secure: boolean;
}

/** The library, narrowed to what is used. */
export interface Auth {
  signIn(name: string, password: string): Promise<{ user: AuthUser; cookies: readonly string[] } | undefined>;
  userOfCookie(cookie: string): Promise<AuthUser | undefined>;
  signOut(cookie: string): Promise<readonly string[]>;
  users(): Promise<readonly AuthUser[]>;
  createUser(name: string, password: string, role: Role): Promise<AuthUser>;
  setRole(id: string, role: Role): Promise<void>;
  setPassword(id: string, password: string): Promise<void>;
  endSessions(id: string): Promise<void>;
  removeUser(id: string): Promise<void>;
}

const usersMax = 1000;
const roles: readonly string[] = ['administrator', 'operator', 'auditor', 'viewer'] satisfies readonly Role[];

/** Reads a stored user; an unknown role gets no rights beyond a viewer's. */
function readUser(stored: object): AuthUser {
  const row: { id?: unknown; username?: unknown; role?: unknown; createdAt?: unknown } = stored;
  const role = typeof row.role === 'string' && isRole(row.role) ? row.role : 'viewer';
  return {
    id: String(row.id),
    username: String(row.username),
    role,
    createdAt: row.createdAt instanceof Date ? row.createdAt : new Date(String(row.createdAt)),
  };
}

function isRole(text: string): text is Role {
  return roles.includes(text);
}

/** Configures the library; its type is made of these very options. */
// oxlint-disable-next-line typescript/explicit-function-return-type -- the library's type is only known by inference
async function loadLibrary(pool: Pool, options: SessionOptions) {
  const { betterAuth } = await import('better-auth');
  const { username } = await import('better-auth/plugins/username');
  return betterAuth({
    // Only used to make links and to compare origins, which this node does itself.
    baseURL: 'http://localhost',
    secret: options.secret,
    database: pool,
    telemetry: { enabled: false },
    logger: { disabled: true },
    emailAndPassword: { enabled: true, disableSignUp: true, minPasswordLength: 10, maxPasswordLength: 200 },
    session: { expiresIn: 12 * 3600, updateAge: 3600 },
    user: { additionalFields: { role: { type: 'string', input: false, required: false } } },
    plugins: [
      username({
        minUsernameLength: 2,
        maxUsernameLength: 32,
        displayUsername: false,
        usernameValidator: () => true,
      }),
    ],
    rateLimit: { enabled: false }, // the shell limits sign-in
    advanced: {
      useSecureCookies: options.secure,
      cookiePrefix: options.cookieName,
      defaultCookieAttributes: { sameSite: 'strict', httpOnly: true, secure: options.secure, path: '/' },
    },
  });
}

/** Something went wrong below the library, which says only that it did, not what. */
export class HiddenFault extends Error {
  override readonly name = 'HiddenFault';
}

/** True for the library's own word that it failed. */
function isHidden(error: unknown): boolean {
  return error instanceof Error && 'statusCode' in error && Number(error.statusCode) >= 500;
}

/** Opens the accounts over a pool whose search path is the schema `accounts`. */
export async function openAuth(pool: Pool, options: SessionOptions): Promise<Auth> {
  const auth = await loadLibrary(pool, options);
  const context = await auth.$context;
  // Brings the tables up to the library's version; costs a look at the catalogue when they are.
  await context.runMigrations();
  const { internalAdapter, password: passwords } = context;

  return {
    async signIn(name, password) {
      const response = await auth.api.signInUsername({
        body: { username: name, password },
        asResponse: true,
      });
      if (!response.ok) {
        if (response.status >= 500) throw new HiddenFault(`sign-in failed with status ${response.status}`);
        return undefined;
      }
      const found = await internalAdapter.listUsers(1, 0, undefined, [
        { field: 'username', value: name.toLowerCase() },
      ]);
      const user = found[0];
      return user === undefined
        ? undefined
        : { user: readUser(user), cookies: response.headers.getSetCookie() };
    },
    async userOfCookie(cookie) {
      const found = await auth.api
        .getSession({ headers: new Headers({ cookie }) })
        .catch((error: unknown) => {
          throw isHidden(error) ? new HiddenFault('the session cannot be read', { cause: error }) : error;
        });
      return found === null ? undefined : readUser(found.user);
    },
    async signOut(cookie) {
      const response = await auth.api.signOut({ headers: new Headers({ cookie }), asResponse: true });
      if (response.status >= 500) throw new HiddenFault(`signing out failed with status ${response.status}`);
      return response.headers.getSetCookie();
    },
    users: async () => (await internalAdapter.listUsers(usersMax)).map(readUser),
    async createUser(name, password, role) {
      const hash = await passwords.hash(password);
      const address = `${name}@users.invalid`; // the library wants one; RFC 2606 keeps this from being anybody's
      const user = await internalAdapter.createUser(
        { email: address, name, username: name, role },
        { method: 'admin' },
      );
      await internalAdapter.linkAccount({
        userId: user.id,
        providerId: 'credential',
        accountId: user.id,
        password: hash,
      });
      return readUser(user);
    },
    setRole: async (id, role) => void (await internalAdapter.updateUser(id, { role })),
    setPassword: async (id, password) =>
      await internalAdapter.updatePassword(id, await passwords.hash(password)),
    endSessions: async (id) => await internalAdapter.deleteUserSessions(id),
    removeUser: async (id) => await internalAdapter.deleteUser(id),
  };
}
