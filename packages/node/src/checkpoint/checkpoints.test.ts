import { describe, expect, test } from 'vitest';

import { logSizeOf } from '@suyuan/ledger';
import { encodeUtf8, parseCheckpoint, parseNote } from '@suyuan/log';

import { openTestLedgers } from '../testing/test-ledgers.ts';

describe('checkpoints', () => {
  test('every validator signs each size, and all hold a note with the quorum', async () => {
    await using network = await openTestLedgers();
    await network.report(0, 3);
    await network.report(1, 2);
    for (const node of network.nodes) {
      await node.logSize(2);
      const note = parseNote(encodeUtf8(await node.checkpoints.quorumNote(2)));
      expect(note.ok && note.value.signatures.length).toBe(6);
      const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note;
      expect(checkpoint).toMatchObject({ ok: true, value: { size: 2, origin: 'suyuan.example/test' } });
      expect(logSizeOf(node.ledger.state())).toBe(2);
      const rows = await node.database.read((db) =>
        db.selectFrom('batch').select(['status', 'entry']).execute(),
      );
      expect(rows.map(({ status }) => status)).toEqual(['reported', 'reported']);
      const proofs = await node.database.read((db) => db.selectFrom('entry_proof').select('entry').execute());
      expect(proofs.length).toBe(2);
    }
  });
});
