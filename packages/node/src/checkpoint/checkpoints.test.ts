import { describe, expect, test } from 'vitest';

import { logSizeOf } from '@suyuan/ledger';
import type { StatementBody } from '@suyuan/ledger';
import type { NoteSignature } from '@suyuan/log';
import { cosignNote, encodeNote, encodeUtf8, parseCheckpoint, parseNote, signNote } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';

import type { TestLedgerNode } from '../testing/test-ledgers.ts';
import { openTestLedgers } from '../testing/test-ledgers.ts';
import { encodeNotes, NOTES_MAX } from './exchange.ts';
import { cosignerName } from './signatories.ts';

const { sha256 } = nativeCrypto;
const ORIGIN = 'suyuan.example/test';

/** Something to order that means nothing. */
function anchor(size: number): StatementBody {
  const fields = {
    purpose: 'audit_trail',
    name: `a${size}`,
    size,
    digest: sha256(encodeUtf8(`${size}`)),
  } as const;
  return { kind: 'anchor', fields };
}

function sizeOf(note: string): number {
  const parsed = parseNote(encodeUtf8(note));
  const checkpoint = parsed.ok ? parseCheckpoint(parsed.value.text) : parsed;
  if (!checkpoint.ok) throw new Error(checkpoint.error.code);
  return checkpoint.value.size;
}

/** Both signatures of a validator over any text. */
function signBoth(node: TestLedgerNode, text: string): NoteSignature[] {
  const { log, cosigning } = node.signers;
  if (log === undefined || cosigning === undefined) throw new Error('the node is no validator');
  const name = cosignerName(ORIGIN, node.organization);
  return [signNote(sha256, text, ORIGIN, log), cosignNote(sha256, text, name, cosigning, 1_800_000_000)];
}

async function bodyAt(node: TestLedgerNode, size: number): Promise<string> {
  const row = await node.database.read((db) =>
    db.selectFrom('checkpoint').select('body').where('size', '=', size).executeTakeFirstOrThrow(),
  );
  return row.body;
}

describe('checkpoints', () => {
  test('[C5] [C7] every validator signs each size, and all hold a note with the quorum and the proofs under it', async () => {
    await using network = await openTestLedgers();
    await network.report(0, 3);
    await network.report(1, 2);
    for (const node of network.nodes) {
      await node.logSize(2);
      const note = parseNote(encodeUtf8(await node.checkpoints.quorumNote(2)));
      expect(note.ok && note.value.signatures.length).toBe(6);
      expect(logSizeOf(node.ledger.state())).toBe(2);
      const proofs = await node.database.read((db) => db.selectFrom('entry_proof').select('entry').execute());
      expect(proofs.length).toBe(2);
      const signed = await node.database.read((db) =>
        db
          .selectFrom('checkpoint_signature')
          .select('size')
          .where('organization', '=', node.organization)
          .execute(),
      );
      expect(new Set(signed.map(({ size }) => size))).toEqual(new Set([1, 2]));
    }
  });

  test('[C6] without a validator there is no quorum; once it is back, the missing signatures are fetched', async () => {
    await using network = await openTestLedgers();
    const [first, second] = [network.node(0), network.node(1)];
    network.cut.add('regulator');
    await first.submit(anchor(1));
    await second.logSize(1);
    const note = first.checkpoints.quorumNote(1);
    while (first.checkpoints.signedBy().length < 2) await new Promise((resolve) => setImmediate(resolve));
    expect(first.checkpoints.newest()).toBeUndefined();
    network.cut.delete('regulator');
    expect(sizeOf(await note)).toBe(1);
    expect(first.checkpoints.newest()).toMatchObject({ size: 1, height: 1 });
  });

  test('a restart in the middle takes the newest checkpoint up again', async () => {
    await using network = await openTestLedgers();
    const first = network.node(0);
    network.cut.add('acme');
    await first.submit(anchor(1));
    await first.submit(anchor(2));
    await first.logSize(2);
    await first.restart();
    expect(first.checkpoints.signedBy()).toEqual(['acme']);
    network.cut.delete('acme');
    expect(sizeOf(await first.checkpoints.quorumNote(1))).toBe(2);
    await first.restart();
    expect(first.checkpoints.newest()?.state).toBeDefined();
  });

  test('[C6] the first note with a quorum never changes, although more signatures come later', async () => {
    await using network = await openTestLedgers({
      organizations: [
        ['acme', 'validator'],
        ['maker', 'validator'],
        ['regulator', 'validator'],
        ['swapper', 'validator'],
      ],
    });
    network.cut.add('swapper');
    await network.node(0).submit(anchor(1));
    const first = await network.node(0).checkpoints.quorumNote(1);
    const notes = encodeNotes([
      encodeNote({
        text: await bodyAt(network.node(0), 1),
        signatures: signBoth(network.node(3), await bodyAt(network.node(0), 1)),
      }),
    ]);
    expect(await network.node(0).checkpoints.receive('swapper', notes)).toMatchObject({ ok: true });
    expect(network.node(0).checkpoints.signedBy().length).toBe(4);
    expect(await network.node(0).checkpoints.quorumNote(1)).toBe(first);
    await network.node(0).restart();
    expect(await network.node(0).checkpoints.quorumNote(1)).toBe(first);
  });

  test('[C5] an observer signs nothing and still gets the quorum', async () => {
    await using network = await openTestLedgers({
      organizations: [
        ['acme', 'validator'],
        ['reader', 'observer'],
      ],
    });
    await network.node(0).submit(anchor(1));
    expect(sizeOf(await network.node(1).checkpoints.quorumNote(1))).toBe(1);
    const own = await network
      .node(1)
      .database.read((db) =>
        db.selectFrom('checkpoint_signature').select('line').where('organization', '=', 'reader').execute(),
      );
    expect(own).toEqual([]);
  });

  test('[C9] another text of the same size, validly signed, is kept as evidence; a forged one is not', async () => {
    await using network = await openTestLedgers();
    const [first, second] = [network.node(0), network.node(1)];
    await first.submit(anchor(1));
    await first.checkpoints.quorumNote(1);
    const other = (await bodyAt(first, 1)).replace(/^state .*/m, `state ${'A'.repeat(43)}=`);
    const signed = encodeNote({ text: other, signatures: signBoth(second, other) });
    const honest = signBoth(second, await bodyAt(first, 1));
    const forged = encodeNote({ text: other, signatures: honest });
    expect(await first.checkpoints.receive('maker', encodeNotes([forged]))).toMatchObject({ ok: true });
    expect(first.splitViews).toEqual([]);
    expect(await first.checkpoints.receive('regulator', encodeNotes([signed]))).toMatchObject({ ok: true });
    expect(first.splitViews).toEqual([{ organization: 'maker', size: 1 }]);
    await expect
      .poll(() =>
        first.database.read((db) =>
          db.selectFrom('split_view').select(['size', 'organization', 'note']).execute(),
        ),
      )
      .toEqual([{ size: 1, organization: 'maker', note: Buffer.from(signed).toString() }]);
  });

  test('[C9] a contradiction at a size long past is found as well', async () => {
    await using network = await openTestLedgers();
    const [first, second] = [network.node(0), network.node(1)];
    await first.submit(anchor(1));
    await first.checkpoints.quorumNote(1);
    await first.submit(anchor(2));
    await first.checkpoints.quorumNote(2);
    await first.restart();
    const own = await bodyAt(first, 1);
    const other = own.replace(/^state .*/m, `state ${'A'.repeat(43)}=`);
    const take = async (text: string): Promise<unknown> =>
      await first.checkpoints.receive(
        'maker',
        encodeNotes([encodeNote({ text, signatures: signBoth(second, text) })]),
      );
    expect(await take(own)).toMatchObject({ ok: true });
    expect(first.splitViews).toEqual([]);
    expect(await take(other)).toMatchObject({ ok: true });
    expect(first.splitViews).toEqual([{ organization: 'maker', size: 1 }]);
  });

  test('[C8] a false signature over our text does not count', async () => {
    await using network = await openTestLedgers();
    const [first, second, third] = [network.node(0), network.node(1), network.node(2)];
    network.cut.add('acme');
    await first.submit(anchor(1));
    await first.logSize(1);
    const text = await bodyAt(first, 1);
    const [log, cosignature] = signBoth(second, text);
    const [foreign] = signBoth(third, `${text}x\n`);
    if (log === undefined || cosignature === undefined || foreign === undefined)
      throw new Error('no signature');
    for (const signatures of [
      [log],
      [log, { ...cosignature, signature: foreign.signature }],
      [{ ...log, signature: foreign.signature }, cosignature],
    ])
      await first.checkpoints.receive('maker', encodeNotes([encodeNote({ text, signatures })]));
    expect(first.checkpoints.signedBy()).toEqual(['acme']);
  });

  test('[C8] signatures that come before the block count once it is applied', async () => {
    await using network = await openTestLedgers();
    const [first, second] = [network.node(0), network.node(1)];
    await first.ordering.stop();
    await second.submit(anchor(1));
    await second.logSize(1);
    const text = await bodyAt(second, 1);
    for (const node of [second, network.node(2)]) {
      const note = encodeNote({ text, signatures: signBoth(node, text) });
      expect(await first.checkpoints.receive(node.organization, encodeNotes([note]))).toMatchObject({
        ok: true,
      });
    }
    network.cut.add('acme');
    await first.ordering.start(first.ledger.application);
    expect(sizeOf(await first.checkpoints.quorumNote(1))).toBe(1);
  });

  test('[C8] bodies that are no list of checkpoints of this log are refused', async () => {
    await using network = await openTestLedgers();
    const { checkpoints } = network.node(0);
    const text = `other.example/log\n1\n${'A'.repeat(43)}=\n`;
    const strange = encodeNote({ text, signatures: signBoth(network.node(1), text) });
    for (const body of [
      new Uint8Array(),
      encodeUtf8('rubbish'),
      encodeNotes([encodeUtf8('rubbish')]),
      encodeNotes([strange]),
      encodeNotes(Array.from({ length: NOTES_MAX + 1 }, () => strange)),
    ])
      expect(await checkpoints.receive('maker', body)).toMatchObject({ ok: false });
  });
});
