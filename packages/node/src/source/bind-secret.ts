// Which secret a source gets when it is bound or changed: a new one, or the one it has, as long as it goes to the system
// that it was entered for (spec/source.md, D3).
import type { SourceSettings } from '@suyuan/api';
import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';

/** Why it is not taken. */
export interface SecretRejection {
  readonly code: 'source_refused';
  readonly reason: 'secret_needed' | 'secret_not_needed' | 'secret_malformed';
}

/** What is to be done: keep a new one, use the one that is there, none. */
export type SecretChoice = 'new' | 'stored' | 'none';

/** Chooses for `settings`; `before` are those that the stored secret was entered for. */
export function chooseSecret(
  settings: SourceSettings,
  secret: string | undefined,
  before: SourceSettings | undefined,
): Result<SecretChoice, SecretRejection> {
  const refuse = (reason: SecretRejection['reason']): Result<SecretChoice, SecretRejection> =>
    reject({ code: 'source_refused', reason });
  const isNeeded =
    settings.type === 'sql' || (settings.type === 'http' && settings.authorization !== undefined);
  if (!isNeeded) return secret === undefined ? ok('none') : refuse('secret_not_needed');
  if (secret !== undefined) return isWellFormed(settings, secret) ? ok('new') : refuse('secret_malformed');
  return before !== undefined && isSameSystem(settings, before) ? ok('stored') : refuse('secret_needed');
}

function isWellFormed({ type }: SourceSettings, secret: string): boolean {
  if (type !== 'sql') return /^[\x20-\x7e]+$/.test(secret);
  return /^postgres(ql)?:\/\//.test(secret) && URL.canParse(secret);
}

/** Whether a secret that was entered for one goes to the same place with the other. */
function isSameSystem(settings: SourceSettings, before: SourceSettings): boolean {
  if (settings.type === 'http' && before.type === 'http')
    return (
      new URL(settings.address).origin === new URL(before.address).origin &&
      JSON.stringify(settings.authorization) === JSON.stringify(before.authorization)
    );
  // The address of a database is in its secret.
  return settings.type === 'sql' && before.type === 'sql';
}
