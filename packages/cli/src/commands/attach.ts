// `suyuan attach`: stores photos and PDF in the node, and says how a record names them (docs/cli.md).
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { Readable } from 'node:stream';

import { answer, lines } from '../answer.ts';
import type { Action } from '../definition.ts';
import { checkReadable } from '../files.ts';
import { asMembers, shown } from '../node-answer.ts';
import { connectNode } from '../node-client.ts';

/** Uploads files one after another. */
export const attach: Action = async ({ arguments: given, options, terminal }) => {
  const files = Array.isArray(given[0]) ? given[0].map(String) : [];
  const node = connectNode(options, terminal);
  for (const file of files) await checkReadable(file, 'file');
  const stored: { readonly digest: string; readonly name: string; readonly mediaType: string }[] = [];
  for (const file of files) {
    // The types of node:stream/web and of fetch differ in name only.
    const body = Readable.toWeb(createReadStream(file)) as ReadableStream<Uint8Array>; // as said above
    const headers = { 'content-type': 'application/octet-stream' };
    const taken = asMembers(await node.ask('attachments', { method: 'POST', body, headers }));
    stored.push({
      digest: shown(taken, 'digest'),
      name: basename(file),
      mediaType: shown(taken, 'mediaType'),
    });
  }
  return answer({ items: stored }, lines(...stored.map(({ digest, name }) => `${digest} ${name}`)));
};
