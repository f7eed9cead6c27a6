// Where webhooks may go: http and https, and to public addresses only, unless the node's settings open private ones. A
// name is checked again with the address that the connection really takes (spec/events.md, W10).
import { lookup as lookupName } from 'node:dns';
import { BlockList, isIP } from 'node:net';
import type { LookupFunction } from 'node:net';

import { ok, reject } from '@suyuan/log';
import type { Result } from '@suyuan/log';

/** Why an address is refused. */
export interface AddressRejection {
  readonly code: 'url_malformed' | 'scheme_refused' | 'credentials_in_url' | 'address_private';
}

const refused = new BlockList();
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  refused.addSubnet(network, prefix, 'ipv4');
/** Only global unicast is taken of IPv6, without what carries an IPv4 address or is reserved in it. */
const globalUnicast = new BlockList();
globalUnicast.addSubnet('2000::', 3, 'ipv6');
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  refused.addSubnet(network, prefix, 'ipv6');

/** True for an address of this machine, a private network, or no host at all. */
export function isPrivateAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return refused.check(address, 'ipv4');
    case 6:
      return !globalUnicast.check(address, 'ipv6') || refused.check(address, 'ipv6');
    default:
      return true;
  }
}

/** The host of a URL without the brackets of IPv6. */
function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

/** Reads the address of a webhook; what its name resolves to is checked at each connection. */
export function parseWebhookUrl(text: string, allowPrivate: boolean): Result<URL, AddressRejection> {
  if (!URL.canParse(text)) return reject({ code: 'url_malformed' });
  const url = new URL(text);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return reject({ code: 'scheme_refused' });
  if (url.username !== '' || url.password !== '') return reject({ code: 'credentials_in_url' });
  const host = hostOf(url);
  if (allowPrivate) return ok(url);
  if (isIP(host) !== 0 && isPrivateAddress(host)) return reject({ code: 'address_private' });
  if (/(^|\.)(localhost|local|internal)\.?$/i.test(host)) return reject({ code: 'address_private' });
  return ok(url);
}

/** The fault of a connection that was not made. */
class AddressRefused extends Error {
  readonly code = 'address_private' as const;
}

/** A look-up for connections that fails where any address of the name is private. */
export function publicLookup(): LookupFunction {
  return (hostname, options, callback) => {
    lookupName(hostname, { ...options, all: true }, (error, addresses) => {
      if (error !== null) return callback(error, '', 0);
      if (addresses.some(({ address }) => isPrivateAddress(address)))
        return callback(new AddressRefused(`${hostname} leads into a private network`), '', 0);
      if (options.all === true) return callback(null, addresses);
      const [first] = addresses;
      return callback(null, first?.address ?? '', first?.family ?? 4);
    });
  };
}
