import { expect, test } from 'vitest';

import { explainRejection, verifyMessages } from './rejection-messages.ts';

test('[V3] every code has one sentence in each language', () => {
  for (const [code, { zh, en }] of Object.entries(verifyMessages)) {
    expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
    expect(zh).toMatch(/\p{Script=Han}.*。$/u);
    expect(en).toMatch(/^[A-Z].*\.$/);
    expect(en.match(/\{\w+\}/g)?.toSorted()).toEqual(zh.match(/\{\w+\}/g)?.toSorted());
  }
});

test('[V3] the facts of a refusal stand in its sentence', () => {
  const rejection = { code: 'cosignatures_too_few', found: 2, needed: 3 } as const;
  expect(explainRejection(rejection, 'en')).toBe(
    'Too few validators cosigned a checkpoint: 2 of the 3 needed.',
  );
  expect(explainRejection(rejection, 'zh')).toBe('检查点的共同签名不足：需要 3 个，只有 2 个。');
});
