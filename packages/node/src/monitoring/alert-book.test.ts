// The judging of readings alone, with a clock of its own: what raises, what clears, what changes nothing.
import { alertCodes, alertRules, sayAlert } from '@suyuan/api';
import { expect, test } from 'vitest';

import { AlertBook } from './alert-book.ts';
import type { AlertThresholds, Reading } from './alert-book.ts';

const disk = (value: number | undefined): Reading => ({
  code: 'disk_low',
  organization: 'acme',
  value,
  facts: {},
});
const silent = (value: number | undefined): Reading => ({
  code: 'member_unreachable',
  organization: 'maker',
  value,
  facts: {},
});

/** Rounds of one reading each; what each has changed. */
function judgeAll(
  rounds: readonly (Reading | undefined)[],
  thresholds: AlertThresholds = {},
  book: AlertBook = new AlertBook(thresholds, []),
): string {
  return rounds
    .map((reading, round) => {
      const changes = book.judge(reading === undefined ? [] : [reading], round * 20_000);
      return changes.map(({ state }) => state).join(' ') || '-';
    })
    .join(' ');
}

test.each([
  ['is raised at the second round in a row, once', [70, 90, 110, 130].map(silent), '- raised - -'],
  ['is not raised by one round', [70, 0, 70, 0].map(silent), '- - - -'],
  [
    'is cleared at the second good round in a row, once',
    [70, 90, 0, 0, 0].map(silent),
    '- raised - cleared -',
  ],
  [
    'trembles around its threshold and is told once',
    [4_000, 4_000, 4_200, 4_000, 4_300, 4_100, 4_000].map(disk),
    '- raised - - - - -',
  ],
  [
    'is over well beyond the threshold',
    [4_000, 4_000, 5_119, 5_119, 5_120, 5_120].map(disk),
    '- raised - - - cleared',
  ],
])('[MO9] an alert %s', (_fact, rounds, changes) => {
  expect(judgeAll(rounds)).toBe(changes);
});

test('[MO10] what is not known changes nothing, and what is not looked at any more is over', () => {
  expect(judgeAll([70, 90, undefined, undefined, 0, undefined, 0].map(silent))).toBe(
    '- raised - - - - cleared',
  );
  expect(judgeAll([silent(70), silent(90), undefined, undefined])).toBe('- raised cleared -');
  const open = { code: 'disk_low', organization: 'acme', raisedAtMs: 5, value: 9, facts: {} } as const;
  expect(judgeAll([1, 1, 9_000, 9_000].map(disk), {}, new AlertBook({}, [open]))).toBe('- - - cleared');
});

test('[MO11] thresholds are changed and rules switched off', () => {
  const thresholds: AlertThresholds = { disk_low: 1_000, member_unreachable: 'off' };
  expect(judgeAll([1_001, 1_001, 1_000, 1_000].map(disk), thresholds)).toBe('- - - raised');
  expect(judgeAll([70, 90, 110].map(silent), thresholds)).toBe('- - -');
  const open = {
    code: 'member_unreachable',
    organization: 'maker',
    raisedAtMs: 5,
    value: 70,
    facts: {},
  } as const;
  expect(judgeAll([silent(70)], {}, new AlertBook(thresholds, [open]))).toBe('cleared');
});

test('[MO12] every alert says what is wrong, with its value, and what to do, in both languages', () => {
  const facts = { blocks: 3, count: 2, names: 'Maker', validators: 4, needed: 3, missing: 1, have: 2 };
  for (const code of alertCodes) {
    const { what, todo } = sayAlert(code, 'Acme', 7_200, facts);
    for (const sentence of [what.en, what.zh, todo.en, todo.zh]) {
      expect(sentence).not.toMatch(/[{}]|undefined|\s\s/u);
      expect(sentence).toMatch(/[.。]$/u);
    }
    expect([code, alertRules[code].threshold > 0]).toEqual([code, true]);
  }
  // These two are about the network as this node sees it.
  const nameless = alertCodes.filter((code) => !sayAlert(code, 'Acme', 1, facts).what.en.includes('Acme'));
  expect(nameless).toEqual(['quorum_lost', 'checkpoint_late']);
  expect(sayAlert('member_unreachable', '甲公司', 200, {}).what).toEqual({
    en: '甲公司 has not answered for 3 minutes.',
    zh: '甲公司 已 3 分钟未应答。',
  });
  expect(sayAlert('cosignatures_missing', 'Acme', 1, facts).what.en).toContain('the last 1 checkpoint.');
});
