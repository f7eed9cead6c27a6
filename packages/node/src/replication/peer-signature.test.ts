// The signature on a request between nodes: what it binds, when it ends, and what makes it refused.
import { describe, expect, it } from 'vitest';

import { nativeCrypto, nativeSigner } from '@suyuan/native-crypto';

import { contentDigestOf, signPeerRequest, verifyPeerRequest } from './peer-signature.ts';
import type { PeerTarget } from './peer-signature.ts';

const signer = nativeSigner(new Uint8Array(32).fill(7));
const KEY_ID = 'ab'.repeat(32);
const NOW = 1_700_000_000;
const target: PeerTarget = {
  method: 'POST',
  target: '/peer/v1/payloads?x=1',
  networkHex: '11'.repeat(32),
  recipient: 'vehicle-maker',
};

function sign(overrides: Partial<Parameters<typeof signPeerRequest>[0]> = {}): Headers {
  return signPeerRequest({
    target,
    contentDigest: contentDigestOf(Buffer.from('body')),
    keyIdHex: KEY_ID,
    signer,
    nowSeconds: NOW,
    nonce: new Uint8Array(16).fill(1),
    ...overrides,
  });
}

async function verify(
  headers: Headers,
  overrides: Partial<Parameters<typeof verifyPeerRequest>[0]> = {},
): Promise<string> {
  const result = await verifyPeerRequest({
    crypto: nativeCrypto,
    method: target.method,
    target: target.target,
    headers: [...headers].map(([name, value]) => ({ name, value })),
    networkHex: target.networkHex,
    recipient: target.recipient,
    nowSeconds: NOW,
    findKey: (keyIdHex) =>
      keyIdHex === KEY_ID ? { organization: 'battery-maker', publicKey: signer.publicKey } : undefined,
    ...overrides,
  });
  return result.ok ? `ok ${result.value.organization}` : result.error.code;
}

function withHeader(name: string, value: string): Headers {
  const headers = sign();
  headers.set(name, value);
  return headers;
}

describe('peer signature', () => {
  it('[P1] accepts what was signed and names the organisation of the key', async () => {
    expect(await verify(sign())).toBe('ok battery-maker');
  });

  it('[P1] is bound to method, path, query and body', async () => {
    expect(await verify(sign(), { method: 'GET' })).toBe('peer_signature_invalid');
    expect(await verify(sign(), { target: '/peer/v1/payloads' })).toBe('peer_signature_invalid');
    expect(await verify(sign(), { target: '/peer/v1/other?x=1' })).toBe('peer_signature_invalid');
    expect(await verify(withHeader('content-digest', contentDigestOf(Buffer.from('other'))))).toBe(
      'peer_signature_invalid',
    );
  });

  it('[P3] is bound to network and recipient', async () => {
    expect(await verify(sign(), { recipient: 'managing' })).toBe('peer_recipient_wrong');
    expect(await verify(sign(), { networkHex: '22'.repeat(32) })).toBe('peer_network_wrong');
    expect(await verify(withHeader('suyuan-recipient', 'managing'), { recipient: 'managing' })).toBe(
      'peer_signature_invalid',
    );
  });

  it('[P2] lives for a minute, give or take the skew of the clocks', async () => {
    expect(await verify(sign(), { nowSeconds: NOW + 360 })).toBe('ok battery-maker');
    expect(await verify(sign(), { nowSeconds: NOW + 361 })).toBe('peer_signature_expired');
    expect(await verify(sign(), { nowSeconds: NOW - 301 })).toBe('peer_signature_expired');
  });

  it('[P4] refuses an unknown key and a signature by another key', async () => {
    expect(await verify(sign({ keyIdHex: 'cd'.repeat(32) }))).toBe('peer_key_unknown');
    expect(await verify(sign({ signer: nativeSigner(new Uint8Array(32).fill(8)) }))).toBe(
      'peer_signature_invalid',
    );
  });

  it('[P1] refuses a signature that covers less, lives longer or has no nonce', async () => {
    const input = sign().get('signature-input') ?? '';
    for (const [part, instead] of [
      ['"@method" ', ''],
      ['"suyuan-recipient"', '"suyuan-network"'],
      [`;expires=${NOW + 60}`, `;expires=${NOW + 6000}`],
      [';nonce="AQEBAQEBAQEBAQEBAQEBAQ"', ''],
      ['suyuan-peer/v1', 'another'],
    ] as const) {
      expect(input).toContain(part);
      expect(await verify(withHeader('signature-input', input.replace(part, instead)))).toBe(
        'peer_signature_malformed',
      );
    }
  });

  it('[P1] refuses missing and unreadable signatures as values', async () => {
    expect(await verify(new Headers())).toBe('peer_signature_missing');
    expect(await verify(withHeader('signature', '???'))).toBe('peer_signature_malformed');
    expect(await verify(withHeader('signature-input', 'suyuan=("@nothing")'))).toBe(
      'peer_signature_malformed',
    );
  });
});
