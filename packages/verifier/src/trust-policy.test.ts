import { nativeCrypto } from '@suyuan/native-crypto';
import { paperNetwork } from '@suyuan/testkit';
import { describe, expect, test } from 'vitest';

import type { TrustPolicyDocument } from './trust-policy.ts';
import { encodeTrustPolicy, parseTrustPolicy } from './trust-policy.ts';

const { policy } = paperNetwork({ validators: 4 });
const [first, second, ...others] = policy.validators;
if (first === undefined || second === undefined) throw new Error('the policy has four validators');

function codeOf(document: TrustPolicyDocument): string {
  const parsed = parseTrustPolicy(nativeCrypto, encodeTrustPolicy(document));
  return parsed.ok ? 'accepted' : parsed.error.code;
}

describe('a trust policy', () => {
  test('[V1] is read back as it is written', () => {
    const parsed = parseTrustPolicy(nativeCrypto, encodeTrustPolicy(policy));
    expect(parsed).toMatchObject({ ok: true, value: { quorum: 3, faultyMax: 1, origin: policy.origin } });
  });

  test('[V1] is indented, and refused when it is not', () => {
    const text = new TextDecoder().decode(encodeTrustPolicy(policy));
    expect(text).toContain('\n  "quorum": 3\n}\n');
    const line = `${JSON.stringify(JSON.parse(text))}\n`;
    expect(parseTrustPolicy(nativeCrypto, new TextEncoder().encode(line))).toEqual({
      ok: false,
      error: { code: 'policy_not_canonical' },
    });
  });

  test.each([
    ['the same validator twice', [first, first, ...others], 'policy_validator_repeated'],
    [
      'one organisation twice',
      [first, { ...second, organization: first.organization }],
      'policy_validator_repeated',
    ],
    ['one log key twice', [first, { ...second, logKey: first.logKey }], 'policy_validator_repeated'],
    [
      'one cosigning key twice',
      [first, { ...second, cosigningKey: first.cosigningKey }],
      'policy_validator_repeated',
    ],
    ['a log key to cosign with', [{ ...first, cosigningKey: second.logKey }], 'policy_key_wrong_purpose'],
    [
      'a cosigning key to sign the log with',
      [{ ...first, logKey: second.cosigningKey }],
      'policy_key_wrong_purpose',
    ],
    [
      'text that is no key',
      [{ ...first, logKey: 'suyuan.example/paper+00000000+AAAA' }],
      'policy_key_unusable',
    ],
    [
      'a key with another id',
      [{ ...first, logKey: first.logKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+') }],
      'policy_key_unusable',
    ],
  ])('[V4] refuses %s', (_, validators, code) => {
    expect(codeOf({ ...policy, validators, quorum: 1 })).toBe(code);
  });

  test('[V4] refuses the log key of another origin', () => {
    expect(codeOf({ ...policy, origin: 'suyuan.example/other' })).toBe('policy_key_wrong_purpose');
  });

  test.each([
    [4, 1, 'policy_quorum_unsafe'],
    [4, 2, 'accepted'],
    [4, 4, 'accepted'],
    [4, 5, 'policy_quorum_unsafe'],
    [3, 1, 'accepted'],
    [1, 1, 'accepted'],
    [7, 2, 'policy_quorum_unsafe'],
  ])('[V4] of %i validators a quorum of %i: %s', (validators, quorum, code) => {
    expect(codeOf(paperNetwork({ validators, quorum }).policy)).toBe(code);
  });

  test('[V2] has at least one validator', () => {
    expect(codeOf({ ...policy, validators: [], quorum: 1 })).toBe('policy_malformed');
  });
});
