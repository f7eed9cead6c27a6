// Where a source may lead: to public addresses, and to those private ones that the administrator named with it. A name
// is judged by the addresses of the very connection that is made, so that it cannot be bent afterwards (D4).
import { lookup as lookupName } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import { isPrivateAddress } from '../events/webhook-address.ts';
import { SourceFault } from './source-fault.ts';

/** Private addresses that one source may lead to. */
export type AllowedAddresses = BlockList;

/** Reads addresses and networks; undefined where one is neither. */
export function parseAllowed(texts: readonly string[]): AllowedAddresses | undefined {
  const allowed = new BlockList();
  for (const text of texts) {
    const [address = '', prefix, ...rest] = text.split('/');
    const version = isIP(address);
    if (version === 0 || rest.length > 0) return undefined;
    const family = version === 4 ? 'ipv4' : 'ipv6';
    if (prefix === undefined) allowed.addAddress(address, family);
    else {
      const bits = /^\d{1,3}$/.test(prefix) ? Number(prefix) : -1;
      if (bits < 1 || bits > (version === 4 ? 32 : 128)) return undefined;
      allowed.addSubnet(address, bits, family);
    }
  }
  return allowed;
}

/** Whether a connection may go to this address. */
export function mayReach(address: string, allowed: AllowedAddresses): boolean {
  const version = isIP(address);
  if (version === 0) return false;
  return !isPrivateAddress(address) || allowed.check(address, version === 4 ? 'ipv4' : 'ipv6');
}

/** The host of a URL without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Refuses an address that is written out; a name is judged by {@link guardedLookup}. */
export function refuseAddress(host: string, allowed: AllowedAddresses): void {
  if (isIP(host) !== 0 && !mayReach(host, allowed))
    throw new SourceFault('address_private', { detail: host });
}

/** A look-up for connections that gives only addresses that may be reached, and fails where there is none. */
export function guardedLookup(allowed: AllowedAddresses): LookupFunction {
  return (hostname, options, callback) => {
    lookupName(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, '', 0);
      const addresses = found.filter(({ address }) => mayReach(address, allowed));
      const [first] = addresses;
      if (first === undefined) {
        const detail = found.map(({ address }) => address).join(', ');
        return callback(new SourceFault('address_private', { detail }), '', 0);
      }
      if (options.all === true) return callback(null, addresses);
      return callback(null, first.address, first.family);
    });
  };
}

/** The one address that a connection by name goes to, for clients that take no look-up of their own. */
export async function resolveHost(host: string, allowed: AllowedAddresses): Promise<string> {
  refuseAddress(host, allowed);
  if (isIP(host) !== 0) return host;
  return await new Promise((resolve, fail) => {
    guardedLookup(allowed)(host, {}, (error, address) => {
      if (error instanceof SourceFault) fail(error);
      else if (error !== null || typeof address !== 'string')
        fail(
          new SourceFault('connection_failed', { detail: 'name_unknown', isTemporary: true, cause: error }),
        );
      else resolve(address);
    });
  });
}
