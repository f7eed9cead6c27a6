import { describe, expect, test } from 'vitest';
import { systemClock, systemRandom } from '../clock.ts';
import { accountBindings } from '../http/routes/accounts.ts';
import { serveApp } from '../testing/serve-app.ts';
import { testDatabase } from '../testing/test-database.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import { createApiKeys } from './api-keys.ts';
import { createAuthenticate } from '../http/authenticate.ts';
import { makeFirstAdministrator, renewFirstAdministrator } from './first-administrator.ts';
import { createSignIn } from './sign-in.ts';
import type { SignIn } from './sign-in.ts';

const password = 'correct horse battery';
const cookieName = 'suyuan-test';

function signInOf({ url }: TestDatabase): SignIn {
  return createSignIn({ databaseUrl: url, secret: password.repeat(3), cookieName, secure: false });
}

async function startAccounts() {
  const database = await testDatabase();
  const apiKeys = createApiKeys(database, systemClock, systemRandom);
  const signIn = signInOf(database);
  const admin = await signIn.createUser('admin', password, 'administrator');
  const app = await serveApp(database, {
    bindings: accountBindings({ signIn, apiKeys }),
    authenticate: createAuthenticate(apiKeys, signIn, cookieName),
  });
  const { origin } = app;
  const call = async (method: string, path: string, body?: object, headers: Record<string, string> = {}) =>
    await fetch(`${origin}/api/v1${path}`, {
      method,
      body: body === undefined ? null : JSON.stringify(body),
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    });
  return {
    origin,
    database,
    call,
    adminId: admin.ok ? admin.value.id : '',
    /** Signs in as a browser would and returns the headers that it then sends. */
    browser: async (name: string, secret: string): Promise<{ cookie: string; origin: string }> => {
      const answer = await call('POST', '/session', { name, password: secret }, { origin });
      expect(answer.status).toBe(200);
      return {
        cookie: answer.headers
          .getSetCookie()
          .map((line) => line.split(';')[0])
          .join('; '),
        origin,
      };
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]();
      await signIn.close();
      await database[Symbol.asyncDispose]();
    },
  };
}

describe('first administrator', () => {
  test('is made once, also when the start that made it was killed before it could say so', async () => {
    await using database = await testDatabase();
    const signIn = signInOf(database);
    await signIn.createUser('administrator', 'password nobody saw', 'administrator');
    const first = await makeFirstAdministrator(database, signIn);
    expect((await signIn.signIn('administrator', first?.password ?? '')).ok).toBe(true);
    expect(await makeFirstAdministrator(database, signIn)).toBeUndefined();
    expect(await signIn.users()).toHaveLength(1);
    await signIn.close();
  });

  test('is renewed with its role where nobody can sign in as administrator, and made again where it was removed', async () => {
    await using database = await testDatabase();
    const signIn = signInOf(database);
    await signIn.createUser('other', password, 'administrator');
    const created = await renewFirstAdministrator(signIn);
    const [user] = (await signIn.users()).filter(({ name }) => name === created.name);
    await signIn.changeUser(user?.id ?? '', { role: 'viewer' });
    const renewed = await renewFirstAdministrator(signIn);
    expect((await signIn.signIn(renewed.name, created.password)).ok).toBe(false);
    expect(await signIn.signIn(renewed.name, renewed.password)).toMatchObject({
      value: { caller: { role: 'administrator' } },
    });
    await signIn.close();
  });
});

describe('accounts', () => {
  test('a person signs in, is known by the cookie, and signs out', async () => {
    await using node = await startAccounts();
    const first = await node.call('POST', '/session', { name: 'admin', password }, { origin: node.origin });
    const lines = first.headers.getSetCookie();
    expect(lines.join('\n')).toMatch(/suyuan-test\.session_token=[^;]+;.*HttpOnly/i);
    expect(lines.join('\n')).toMatch(/SameSite=Strict/i);
    const admin = await node.browser('admin', password);
    const session: unknown = await (await node.call('GET', '/session', undefined, admin)).json();
    expect(session).toMatchObject({ name: 'admin', role: 'administrator', way: 'session' });
    expect((await node.call('DELETE', '/session', undefined, admin)).status).toBe(204);
    expect((await node.call('GET', '/session', undefined, admin)).status).toBe(401);
  });

  test('a wrong password and an unknown user get the same answer', async () => {
    await using node = await startAccounts();
    for (const name of ['admin', 'nobody', "x' or 1=1"]) {
      const answer = await node.call('POST', '/session', { name, password: 'wrong password' });
      expect(answer.status).toBe(401);
      expect(await answer.json()).toMatchObject({ code: 'credentials_wrong' });
    }
  });

  test('guessing passwords is slowed down', async () => {
    await using node = await startAccounts();
    const statuses: number[] = [];
    for (let i = 0; i < 12; i += 1) {
      statuses.push(
        (await node.call('POST', '/session', { name: 'admin', password: 'wrong password' })).status,
      );
    }
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(401));
    expect(statuses.slice(10)).toEqual([429, 429]);
  });

  test('a page of another site can use no cookie to change things', async () => {
    await using node = await startAccounts();
    const admin = await node.browser('admin', password);
    const body = { name: 'mallory', role: 'administrator' };
    for (const headers of [
      { ...admin, origin: 'https://evil.example' },
      { ...admin, origin: 'null' },
      { cookie: admin.cookie, 'sec-fetch-site': 'cross-site' },
    ]) {
      expect(await (await node.call('POST', '/users', body, headers)).json()).toMatchObject({
        code: 'origin_refused',
      });
    }
    expect(
      (await node.call('POST', '/session', { name: 'admin', password }, { origin: 'https://evil.example' }))
        .status,
    ).toBe(403);
  });

  test('an administrator makes, changes and removes users; others may not', async () => {
    await using node = await startAccounts();
    const admin = await node.browser('admin', password);
    const made = await node.call('POST', '/users', { name: 'wang.fang', role: 'operator' }, admin);
    expect(made.status).toBe(201);
    const user: { id: string; password: string } = await made.json();
    expect(user.password).toMatch(/^[\w-]{24}$/);
    expect(
      await (await node.call('POST', '/users', { name: 'wang.fang', role: 'viewer' }, admin)).json(),
    ).toMatchObject({ code: 'user_name_taken' });
    const operator = await node.browser('wang.fang', user.password);
    expect((await node.call('GET', '/users', undefined, operator)).status).toBe(403);
    expect((await node.call('PATCH', `/users/${user.id}`, { role: 'viewer' }, admin)).status).toBe(200);
    expect((await node.call('GET', '/session', undefined, operator)).status).toBe(401);
    const again = await node.browser('wang.fang', user.password);
    expect(await (await node.call('GET', '/session', undefined, again)).json()).toMatchObject({
      role: 'viewer',
    });
    expect((await node.call('DELETE', `/users/${user.id}`, undefined, admin)).status).toBe(204);
    expect((await node.call('GET', '/session', undefined, again)).status).toBe(401);
    expect((await node.call('DELETE', `/users/${user.id}`, undefined, admin)).status).toBe(404);
  });

  test('an administrator gives a user a new password, which ends what the old one opened; others may not', async () => {
    await using node = await startAccounts();
    const admin = await node.browser('admin', password);
    const made = await node.call('POST', '/users', { name: 'wang.fang', role: 'operator' }, admin);
    const user: { id: string; password: string } = await made.json();
    const operator = await node.browser('wang.fang', user.password);
    const path = `/users/${user.id}/password`;
    expect((await node.call('POST', path, undefined, operator)).status).toBe(403);
    const reset = await node.call('POST', path, undefined, admin);
    expect(reset.status).toBe(200);
    const fresh: { password: string } = await reset.json();
    expect(fresh.password).toMatch(/^[\w-]{24}$/);
    expect((await node.call('GET', '/session', undefined, operator)).status).toBe(401);
    const old = { name: 'wang.fang', password: user.password };
    expect((await node.call('POST', '/session', old, { origin: node.origin })).status).toBe(401);
    await node.browser('wang.fang', fresh.password);
    const unknown = await node.call('POST', '/users/nobody/password', undefined, admin);
    expect(await unknown.json()).toMatchObject({ code: 'user_not_found' });
  });

  test('the last administrator stays', async () => {
    await using node = await startAccounts();
    const admin = await node.browser('admin', password);
    const demoted = await node.call('PATCH', `/users/${node.adminId}`, { role: 'viewer' }, admin);
    expect(await demoted.json()).toMatchObject({ code: 'last_administrator' });
    const removed = await node.call('DELETE', `/users/${node.adminId}`, undefined, admin);
    expect(await removed.json()).toMatchObject({ code: 'last_administrator' });
  });

  test('a person changes the password and is signed out everywhere', async () => {
    await using node = await startAccounts();
    const admin = await node.browser('admin', password);
    const wrong = await node.call(
      'PUT',
      '/session/password',
      { password: 'wrong one!!', newPassword: 'another one!' },
      admin,
    );
    expect(wrong.status).toBe(401);
    const right = await node.call(
      'PUT',
      '/session/password',
      { password, newPassword: 'another one!' },
      admin,
    );
    expect(right.status).toBe(204);
    expect((await node.call('GET', '/session', undefined, admin)).status).toBe(401);
    await node.browser('admin', 'another one!');
  });

  test('an API key has one role, is shown once, and its check writes nothing', async () => {
    await using node = await startAccounts();
    const admin = await node.browser('admin', password);
    const made = await node.call('POST', '/api-keys', { name: 'erp', role: 'auditor' }, admin);
    const { key }: { key: string } = await made.json();
    const writes = async (): Promise<unknown> =>
      await node.database.read(async (db) => await db.selectFrom('api_key').selectAll().execute());
    const before = await writes();
    const bearer = { authorization: `Bearer ${key}` };
    expect(await (await node.call('GET', '/session', undefined, bearer)).json()).toMatchObject({
      name: 'erp',
      role: 'auditor',
      way: 'api_key',
    });
    expect((await node.call('GET', '/users', undefined, bearer)).status).toBe(403);
    expect(await writes()).toEqual(before);
    expect(JSON.stringify(before)).not.toContain(key);
    const list: { items: { id: number }[] } = await (
      await node.call('GET', '/api-keys', undefined, admin)
    ).json();
    expect(JSON.stringify(list)).not.toContain(key);
    expect((await node.call('DELETE', `/api-keys/${list.items[0]?.id}`, undefined, admin)).status).toBe(204);
    expect((await node.call('GET', '/session', undefined, bearer)).status).toBe(401);
  });
});
