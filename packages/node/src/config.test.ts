import { expect, test } from 'vitest';
import { readSettings } from './config.ts';

test('settings come from the environment, and what is given goes first', () => {
  const environment = {
    SUYUAN_PORT: '9000',
    SUYUAN_DATA: '/data',
    DATABASE_URL: 'postgres://u:p@h/d',
    SUYUAN_SECURE: 'true',
  };
  expect(readSettings(environment, { port: 9001 })).toMatchObject({
    port: 9001,
    dataDir: '/data',
    databaseUrl: 'postgres://u:p@h/d',
    host: '127.0.0.1',
    secure: true,
    trustProxy: false,
  });
  expect(readSettings({ SUYUAN_ALERTS: 'disk_low=20000, member_behind=off' }).alertThresholds).toEqual({
    disk_low: 20_000,
    member_behind: 'off',
  });
  expect(readSettings({})).toMatchObject({ port: 8080, databaseUrl: undefined, logLevel: 'warn' });
});

test.each([
  ['SUYUAN_PORT', '80a'],
  ['SUYUAN_PORT', '70000'],
  ['SUYUAN_SECURE', 'maybe'],
  ['SUYUAN_LOG', 'loud'],
  ['SUYUAN_ALERTS', 'disk_low'],
  ['SUYUAN_ALERTS', 'disk_low=-1'],
  ['SUYUAN_ALERTS', 'disk_law=1'],
  ['DATABASE_URL', 'mysql://u:secret@h/d'],
])('refuses %s=%s, naming the variable and showing no password', (name, value) => {
  const read = (): unknown => readSettings({ [name]: value });
  expect(read).toThrow(name);
  expect(read).not.toThrow(/secret/);
});
