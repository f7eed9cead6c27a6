// Who sends a request: the holder of an API key (`Authorization: Bearer`), or a person by the session cookie. A
// cookie counts only when the request comes from the node's own pages.
import type { ApiKeys } from '../accounts/api-keys.ts';
import type { SignIn } from '../accounts/sign-in.ts';
import type { Authenticate } from './mount.ts';
import { isSameOrigin } from './security.ts';

/** Checks credentials in that order; a wrong key is refused even when a cookie would do. */
export function createAuthenticate(apiKeys: ApiKeys, signIn: SignIn, cookieName: string): Authenticate {
  return async (request) => {
    const { authorization, cookie } = request.headers;
    if (authorization !== undefined) {
      const match = /^Bearer +(\S+)$/i.exec(authorization);
      return (match?.[1] === undefined ? undefined : await apiKeys.callerOf(match[1])) ?? 'api_key_invalid';
    }
    if (cookie === undefined || !cookie.includes(`${cookieName}.`)) return undefined;
    if (!isSameOrigin(request)) return 'origin_refused';
    return await signIn.callerOf(cookie);
  };
}
