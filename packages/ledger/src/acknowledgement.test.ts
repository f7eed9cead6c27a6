import { describe, expect, it } from 'vitest';

import { signAcknowledgement, verifyAcknowledgement } from './acknowledgement.ts';
import { crypto, digestOf, signerOf } from './test-network.ts';

const batch = {
  network: digestOf('network'),
  channel: 1,
  reporter: 'maker',
  sequence: 5,
  recordKind: 'battery_pack',
  count: 10,
  size: 5000,
  root: digestOf('root'),
};
const signer = signerOf('cars', 'statement');

describe('acknowledgement', () => {
  it('[R13] holds for the batch that was signed and the key that signed', () => {
    const signature = signAcknowledgement(batch, signer);
    expect(verifyAcknowledgement(crypto, batch, signer.publicKey, signature)).toBe(true);
    const other = signerOf('maker', 'statement').publicKey;
    expect(verifyAcknowledgement(crypto, batch, other, signature)).toBe(false);
  });

  it('[R14] holds for no other batch', () => {
    const signature = signAcknowledgement(batch, signer);
    const others = [
      { ...batch, network: digestOf('other') },
      { ...batch, channel: 2 },
      { ...batch, reporter: 'maker2' },
      { ...batch, sequence: 6 },
      { ...batch, recordKind: 'battery_module' },
      { ...batch, count: 11 },
      { ...batch, size: 5001 },
      { ...batch, root: digestOf('other') },
    ];
    for (const other of others) {
      expect(verifyAcknowledgement(crypto, other, signer.publicKey, signature)).toBe(false);
    }
  });
});
