// Sessions, users and API keys.
import { Type } from 'typebox';
import { idParams, moment, page } from './paging.ts';
import { administrators, defineRoute, empty, everyone, json, jsonBody } from './route.ts';

/** One of the four roles. */
export const RoleSchema = Type.Union(
  [Type.Literal('administrator'), Type.Literal('operator'), Type.Literal('auditor'), Type.Literal('viewer')],
  { description: 'administrator runs the node; operator imports and reports; auditor and viewer read' },
);

const userName = Type.String({
  pattern: '^[a-z0-9][a-z0-9._-]{1,31}$',
  description: 'lower-case letters, digits, `.`, `_`, `-`; 2 to 32 characters',
});
const password = Type.String({ minLength: 10, maxLength: 200 });

const Session = Type.Object({
  account: Type.String({ description: 'stable id, `user:...` or `key:...`' }),
  name: Type.String(),
  role: RoleSchema,
  way: Type.Union([Type.Literal('session'), Type.Literal('api_key')]),
});

export const signIn = defineRoute({
  id: 'signIn',
  method: 'POST',
  path: '/session',
  area: 'accounts',
  title: { en: 'Sign in', zh: '登录' },
  description: 'Sets the session cookie of a browser. Programs use an API key instead.',
  access: 'public',
  attemptsPerMinuteMax: 10,
  body: jsonBody(
    Type.Object({ name: Type.String({ maxLength: 100 }), password: Type.String({ maxLength: 200 }) }),
  ),
  answer: json(Session),
  problems: ['credentials_wrong', 'origin_refused'],
});

export const getSession = defineRoute({
  id: 'getSession',
  method: 'GET',
  path: '/session',
  area: 'accounts',
  title: { en: 'Who am I', zh: '当前账户' },
  access: everyone,
  answer: json(Session),
});

export const signOut = defineRoute({
  id: 'signOut',
  method: 'DELETE',
  path: '/session',
  area: 'accounts',
  title: { en: 'Sign out', zh: '退出登录' },
  access: everyone,
  answer: empty,
});

export const changePassword = defineRoute({
  id: 'changePassword',
  method: 'PUT',
  path: '/session/password',
  area: 'accounts',
  title: { en: 'Change my password', zh: '修改我的密码' },
  description: 'Ends all sessions of the user, this one included.',
  access: everyone,
  attemptsPerMinuteMax: 10,
  body: jsonBody(Type.Object({ password: Type.String({ maxLength: 200 }), newPassword: password })),
  answer: empty,
  problems: ['credentials_wrong', 'user_not_found'],
});

const User = Type.Object({ id: Type.String(), name: Type.String(), role: RoleSchema, createdAt: moment });
const userParams = Type.Object({ id: Type.String({ maxLength: 64 }) });

export const listUsers = defineRoute({
  id: 'listUsers',
  method: 'GET',
  path: '/users',
  area: 'accounts',
  title: { en: 'Users', zh: '用户' },
  access: administrators,
  answer: json(page(User)),
});

export const createUser = defineRoute({
  id: 'createUser',
  method: 'POST',
  path: '/users',
  area: 'accounts',
  title: { en: 'Add a user', zh: '添加用户' },
  description: 'Without a password one is generated; either way it is in the answer this once.',
  access: administrators,
  body: jsonBody(Type.Object({ name: userName, role: RoleSchema, password: Type.Optional(password) })),
  answer: json(Type.Object({ ...User.properties, password: Type.String() }), 201),
  problems: ['user_name_taken'],
});

export const changeUser = defineRoute({
  id: 'changeUser',
  method: 'PATCH',
  path: '/users/:id',
  area: 'accounts',
  title: { en: 'Change a user', zh: '修改用户' },
  description: 'Changes role or password and ends the sessions of the user.',
  access: administrators,
  params: userParams,
  body: jsonBody(Type.Object({ role: Type.Optional(RoleSchema), password: Type.Optional(password) })),
  answer: json(User),
  problems: ['user_not_found', 'last_administrator'],
});

export const resetPassword = defineRoute({
  id: 'resetPassword',
  method: 'POST',
  path: '/users/:id/password',
  area: 'accounts',
  title: { en: 'Give a user a new password', zh: '重置用户密码' },
  description:
    'For who has forgotten theirs: a password is generated, is in the answer this once, and all sessions of the user end.',
  access: administrators,
  params: userParams,
  answer: json(Type.Object({ password: Type.String() })),
  problems: ['user_not_found'],
});

export const removeUser = defineRoute({
  id: 'removeUser',
  method: 'DELETE',
  path: '/users/:id',
  area: 'accounts',
  title: { en: 'Remove a user', zh: '移除用户' },
  access: administrators,
  params: userParams,
  answer: empty,
  problems: ['user_not_found', 'last_administrator'],
});

const ApiKey = Type.Object({
  id: Type.Integer(),
  name: Type.String(),
  role: RoleSchema,
  start: Type.String({ description: 'the first characters of the key' }),
  createdBy: Type.String(),
  createdAt: moment,
  expiresAt: Type.Union([moment, Type.Null()]),
});

export const listApiKeys = defineRoute({
  id: 'listApiKeys',
  method: 'GET',
  path: '/api-keys',
  area: 'accounts',
  title: { en: 'API keys', zh: 'API 密钥' },
  access: administrators,
  answer: json(page(ApiKey)),
});

export const createApiKey = defineRoute({
  id: 'createApiKey',
  method: 'POST',
  path: '/api-keys',
  area: 'accounts',
  title: { en: 'Make an API key', zh: '创建 API 密钥' },
  description: 'The key itself is in the answer this once; only its digest is stored.',
  access: administrators,
  body: jsonBody(
    Type.Object({
      name: Type.String({ minLength: 1, maxLength: 100 }),
      role: RoleSchema,
      expiresAt: Type.Optional(moment),
    }),
  ),
  answer: json(Type.Object({ ...ApiKey.properties, key: Type.String() }), 201),
});

export const removeApiKey = defineRoute({
  id: 'removeApiKey',
  method: 'DELETE',
  path: '/api-keys/:id',
  area: 'accounts',
  title: { en: 'Withdraw an API key', zh: '撤销 API 密钥' },
  access: administrators,
  params: idParams,
  answer: empty,
  problems: ['api_key_not_found'],
});

/** All routes of this area. */
export const accountRoutes = [
  signIn,
  getSession,
  signOut,
  changePassword,
  listUsers,
  createUser,
  changeUser,
  resetPassword,
  removeUser,
  listApiKeys,
  createApiKey,
  removeApiKey,
] as const;
