import { describe, expect, it } from 'vitest';
import { batchOf } from './batch-view.ts';
import { codeOf, makeGenesis, startNetwork } from './test-network.ts';
import { crypto } from './test-network.ts';
import { viewOf } from './view.ts';

describe('smoke', () => {
  it('accepts a batch', () => {
    const network = startNetwork(makeGenesis({ validators: ['mgmt', 'maker', 'cars'] }));
    const done = network.act('maker', network.batch('maker', ['mgmt']));
    expect(codeOf(done)).toBe('accepted');
    expect(batchOf(viewOf(crypto, network.state()), done.entry)?.count).toBe(10);
  });
});
