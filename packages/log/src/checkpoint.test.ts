import { describe, expect, it } from 'vitest';

import formats from '../../../vectors/log-formats.json' with { type: 'json' };
import printed from '../../../vectors/log-notes.json' with { type: 'json' };
import {
  encodeBase64,
  encodeCheckpoint,
  encodeHex,
  encodeNote,
  encodeStateExtension,
  encodeUtf8,
  parseCheckpoint,
  parseNote,
  parseStateRoot,
  parseVkey,
  portableCrypto,
  portableSigner,
  signNote,
  verifyCheckpoint,
} from './index.ts';
import { valueOf } from './testing.ts';

const hash = portableCrypto.sha256;
const root = new Uint8Array(32).fill(9);
const encodedRoot = encodeBase64(root);
const keys = formats.vkeys.map((vkey) => valueOf(parseVkey(hash, vkey)));

describe('checkpoint', () => {
  it.each(printed.notes.filter((note) => note.checkpoint !== undefined))(
    '[L14] reads and writes the example of $comment',
    ({ note, checkpoint }) => {
      const { text } = valueOf(parseNote(encodeUtf8(note)));
      const read = parseCheckpoint(text);
      expect(read).toMatchObject({ ok: true, value: { ...checkpoint, extensions: [] } });
      expect(read.ok && encodeCheckpoint(read.value)).toBe(text);
    },
  );

  it('[L14] keeps extension lines of others', () => {
    const text = `origin\n3\n${encodedRoot}\nanything\nand more +\n`;
    const value = { origin: 'origin', size: 3, root, extensions: ['anything', 'and more +'] };
    expect(parseCheckpoint(text)).toEqual({ ok: true, value });
    expect(encodeCheckpoint(value)).toBe(text);
  });

  it('[L14] refuses everything that is not exactly a checkpoint', () => {
    const wrong = [
      '',
      '\n',
      'origin\n',
      'origin\n3\n',
      `origin\n3\n${encodedRoot}`,
      `\n3\n${encodedRoot}\n`,
      `origin\n03\n${encodedRoot}\n`,
      `origin\n-3\n${encodedRoot}\n`,
      `origin\n9007199254740992\n${encodedRoot}\n`,
      `origin\n\n${encodedRoot}\n`,
      `origin\n3\n${encodedRoot.slice(4)}\n`,
      `origin\n3\n${encodedRoot}\n\n`,
      `origin\n3\n${encodedRoot}\n\nextension\n`,
      `origin\n3\n${encodedRoot}\r\n`,
    ];
    expect(wrong.map((text) => parseCheckpoint(text).ok)).toEqual(wrong.map(() => false));
  });

  it('[L15] carries the state root as its one extension line', () => {
    const state = new Uint8Array(32).fill(5);
    const rootOf = (extensions: readonly string[]): unknown =>
      parseStateRoot({ origin: 'origin', size: 1, root, extensions });
    expect(rootOf([encodeStateExtension(state)])).toEqual({ ok: true, value: state });
    const missing = { ok: false, error: { code: 'checkpoint_state_root_missing' } };
    const wrong = [
      [],
      ['state'],
      ['state '],
      [`State ${encodedRoot}`],
      [`state  ${encodedRoot}`],
      [`state ${encodedRoot.slice(4)}`],
      [encodeStateExtension(state), encodeStateExtension(state)],
      [encodeStateExtension(state), 'more'],
    ];
    expect(wrong.map((extensions) => rootOf(extensions))).toEqual(wrong.map(() => missing));
  });

  it('[L16] verifies the signed checkpoint of the vectors under all its keys and under any one', () => {
    const bytes = encodeUtf8(formats.checkpoint);
    const all = valueOf(verifyCheckpoint(portableCrypto, bytes, formats.origin, keys));
    expect(all.signatures.map(({ key }) => key)).toEqual(keys);
    const times = all.signatures.flatMap(({ timeSeconds }) => timeSeconds ?? []);
    expect(times).toEqual(formats.cosignatureTimes);
    const state = parseStateRoot(all.checkpoint);
    expect(state.ok && encodeHex(state.value)).toBe(formats.stateRoot);
    for (const key of keys) {
      const one = verifyCheckpoint(portableCrypto, bytes, formats.origin, [key]);
      expect(one.ok && one.value.signatures.map((signature) => signature.key)).toEqual([key]);
    }
  });

  it('[L16] refuses the checkpoint of another log, and a changed one', () => {
    const bytes = encodeUtf8(formats.checkpoint);
    expect(verifyCheckpoint(portableCrypto, bytes, 'other', keys)).toEqual({
      ok: false,
      error: { code: 'checkpoint_origin_mismatch' },
    });
    const larger = encodeUtf8(formats.checkpoint.replace('\n20\n', '\n21\n'));
    const refused = verifyCheckpoint(portableCrypto, larger, formats.origin, keys);
    expect(refused).toMatchObject({ ok: false, error: { code: 'note_signature_invalid' } });
    expect(verifyCheckpoint(portableCrypto, bytes, formats.origin, [])).toMatchObject({
      error: { code: 'note_unsigned' },
    });
  });

  it('[L16] refuses a note that is signed but no checkpoint', () => {
    const text = 'not a checkpoint\n';
    const signer = portableSigner(new Uint8Array(32).fill(1));
    const note = encodeNote({ text, signatures: [signNote(hash, text, 'name', signer)] });
    expect(verifyCheckpoint(portableCrypto, note, 'not a checkpoint', keys)).toEqual({
      ok: false,
      error: { code: 'checkpoint_malformed' },
    });
  });
});
