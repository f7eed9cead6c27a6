// Pages of a search that runs out of time, and places in its order.
import { nativeCrypto } from '@suyuan/native-crypto';
import { generateRecords } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';

import { stageSamples } from '../testing/stage-samples.ts';
import { testNetwork } from '../testing/test-network.ts';
import { encodeCursor, parseCursor, searchStart } from './search-query.ts';
import type { SearchPlace } from './search-query.ts';
import { findFrom } from './search-records.ts';

describe('a page of a search', () => {
  it('[SR8] ends after one batch when time is up, and following it still finds everything once', async () => {
    await using network = await testNetwork({ organizations: ['managing', 'maker'] });
    const { database, organization, ledger } = network.node('maker');
    let staged = 0;
    for (const { kind, records } of generateRecords({
      seed: 3,
      count: 30,
      from: '2026-01-01',
      to: '2026-06-30',
    })) {
      await stageSamples(database, { kind, reporter: organization, storedOn: '2026-11-20', records });
      staged += records.length;
    }
    const options = { database, crypto: nativeCrypto, state: () => ledger.state() };
    // Every text holds a quote: all records pass, but only by a look at each.
    const filters = { text: '"' };
    const found: string[] = [];
    let pages = 0;
    let place: SearchPlace | undefined = searchStart;
    while (place !== undefined) {
      const page = await findFrom(options, filters, place, { limit: 1_000, msMost: 0 });
      found.push(...page.texts.map(({ batch, leaf }) => `${batch.id}/${leaf}`));
      pages += 1;
      place = page.next;
    }
    expect(pages).toBeGreaterThan(1);
    expect(new Set(found).size).toBe(staged);
    expect(found).toHaveLength(staged);
  });

  it('[SR2] a cursor is read back as the place that it names, anything else is none', () => {
    const place: SearchPlace = { open: false, place: 12, below: 34 };
    expect(parseCursor(encodeCursor(place))).toEqual(place);
    const others = [
      '',
      'x',
      'r1.2',
      Buffer.from('r-1.2').toString('base64url'),
      Buffer.from('q1.2').toString('base64url'),
      Buffer.from('r1.99999999999').toString('base64url'),
    ];
    for (const text of others) expect(parseCursor(text)).toBeUndefined();
  });
});
