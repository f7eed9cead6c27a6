// DATA/peers.json: names and addresses of the organisations of a network. The managing organisation hands it out
// with the genesis; nothing in it is secret, and what it says can't weaken anything, since all connections prove
// the keys of the ledger (docs/operations.md).
import { encodeHex, parseHex } from '@suyuan/log';

import type { RemoteMember } from '../network-ordering.ts';
import { encodeHostPort, parseHostPort } from './host-port.ts';

/** Organisations that are read. */
const ORGANIZATIONS_MAX = 1_024;
const TEXT_MAX = 200;

/**
 * The content of a peers file: `{"organizations":[{"id","name","url","consensus":"HOST:PORT","transportKey"?}]}`, the
 * key in hexadecimal: that of the moment at which the file was written.
 */
export function encodePeers(members: readonly RemoteMember[]): string {
  const organizations = members.map(({ organization, name, url, consensus, transportKey }) => ({
    id: organization,
    name,
    url,
    consensus: encodeHostPort(consensus),
    ...(transportKey === undefined ? {} : { transportKey: encodeHex(transportKey) }),
  }));
  return `${JSON.stringify({ organizations }, undefined, 2)}\n`;
}

/** Reads one; a sentence where the text is none. */
export function parsePeers(text: string): readonly RemoteMember[] | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'it is no JSON';
  }
  const list: unknown = Object(value).organizations;
  if (!Array.isArray(list) || list.length > ORGANIZATIONS_MAX)
    return 'it has no list "organizations" of at most 1,024';
  const members: RemoteMember[] = [];
  for (const [place, item] of list.entries()) {
    const member = readMember(item);
    if (typeof member === 'string') return `organisation ${place + 1} ${member}`;
    if (members.some(({ organization }) => organization === member.organization))
      return `organisation ${member.organization} stands there twice`;
    members.push(member);
  }
  return members;
}

function readMember(item: unknown): RemoteMember | string {
  const { id, name, url, consensus, transportKey }: Readonly<Record<string, unknown>> = Object(item);
  if (typeof id !== 'string' || !/^[a-z0-9][a-z0-9-]{1,30}$/.test(id)) return 'has no right "id"';
  if (typeof name !== 'string' || name.length > TEXT_MAX) return `(${id}) has no right "name"`;
  if (typeof url !== 'string' || url.length > TEXT_MAX || !/^https?:\/\//.test(url) || !URL.canParse(url))
    return `(${id}) has no right "url", such as https://node.example:8080`;
  const place = typeof consensus === 'string' ? parseHostPort(consensus) : undefined;
  if (place === undefined) return `(${id}) has no right "consensus", such as node.example:26656`;
  const key = typeof transportKey === 'string' ? parseHex(transportKey) : undefined;
  if (transportKey !== undefined && key?.length !== 32) return `(${id}) has no right "transportKey"`;
  return { organization: id, name, url, consensus: place, transportKey: key };
}
