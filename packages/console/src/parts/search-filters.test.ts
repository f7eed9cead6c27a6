import { expect, test } from 'vitest';
import { searchAddressOf, searchQueryOf, targetOf } from './search-filters.ts';

test('what is typed into the box of the frame leads to a trace or to a search', () => {
  expect(targetOf(' sy1pb01m000000gb20000001 ')).toEqual({
    to: '/trace',
    search: { code: 'SY1PB01M000000GB20000001' },
  });
  expect(targetOf('sy1pb')).toEqual({ to: '/search', search: { codePrefix: 'SY1PB' } });
  expect(targetOf('磷酸铁锂')).toEqual({ to: '/search', search: { text: '磷酸铁锂' } });
  expect(targetOf(' ')).toBeUndefined();
});

test('an address holds known filters only, a query numbers where the node wants them', () => {
  const address = searchAddressOf({
    kind: ' battery_pack ',
    entryFrom: '7',
    import: 'x',
    evil: '1',
    text: '',
  });
  expect(address).toEqual({ kind: 'battery_pack', entryFrom: '7', import: 'x' });
  expect(searchQueryOf({ ...address, columns: 'code' })).toEqual({ kind: 'battery_pack', entryFrom: 7 });
});
