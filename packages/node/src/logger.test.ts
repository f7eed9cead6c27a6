import { closeSync, openSync, writeSync } from 'node:fs';

import { expect, test } from 'vitest';

import { createLogger, openLogDestination } from './logger.ts';

test('logs carry neither credentials nor queries', () => {
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  const req = {
    method: 'GET',
    url: '/api/v1/trace/X?token=hidden',
    ip: '1.2.3.4',
    headers: { cookie: 'hidden' },
  };
  logger.info({ req, password: 'hidden', caller: { token: 'hidden', authorization: 'hidden' } }, 'answered');
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toContain('hidden');
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ req: { path: '/api/v1/trace/X' }, msg: 'answered' });
});

test('a log on a full disk does not end the process', () => {
  const full = openSync('/dev/full', 'w');
  expect(() => writeSync(full, 'x')).toThrow('ENOSPC');
  const logger = createLogger('info', openLogDestination(full));
  for (let line = 0; line < 3; line += 1) expect(() => logger.warn('not written')).not.toThrow();
  closeSync(full);
});
