import { exampleContext, exampleModule, examplePack } from '@suyuan/testkit';
import { describe, expect, it } from 'vitest';
import { batteryModule } from './kinds/battery-module.ts';
import { batteryPack } from './kinds/battery-pack.ts';
import { parseRecord } from './parse-record.ts';
import { SisterCodes } from './code/sister-codes.ts';

type Said = readonly (readonly [string, string, string | undefined])[];
const said = (input: object, kind = batteryModule, context = exampleContext): Said =>
  parseRecord(kind, input, context).findings.map(({ level, code, field }) => [level, code, field] as const);
const module = (changes: object): Said => said({ ...exampleModule, ...changes });
const pack = (changes: object): Said => said({ ...examplePack, ...changes }, batteryPack);

describe('rules of a record', () => {
  it('[B6] is silent on the letter O, and points out sister codes of the file', () => {
    const sisters = new SisterCodes();
    const context = { ...exampleContext, sisters };
    const cells = ['027CBOB222222285B0140100', '027CB0B222222285B0140101'];
    expect(module({ cellCodes: cells })).toEqual([]);
    expect(said({ ...exampleModule, cellCodes: cells }, batteryModule, context)).toEqual([
      ['warning', 'code_sister_lookalike', 'cellCodes'],
    ]);
  });

  it('[B26] compares the chemistry with character 5', () => {
    expect(module({ chemistry: 'E' })).toEqual([['error', 'chemistry_differs', 'chemistry']]);
    const legacy = { ...exampleContext, codes: 'legacy' } as const;
    expect(said({ ...exampleModule, chemistry: 'E' }, batteryModule, legacy)).toEqual([
      ['warning', 'chemistry_differs', 'chemistry'],
    ]);
    expect(module({ chemistry: 'H' })).toEqual([['error', 'enum_value', 'chemistry']]);
  });

  it('[B26] compares the production date with that of the code', () => {
    expect(module({ productionDate: '2026-11-03' })).toEqual([
      ['warning', 'production_date_differs', 'productionDate'],
    ]);
    expect(module({ productionDate: '2026-11-21' })).toEqual([['error', 'date_future', 'productionDate']]);
  });

  it('[B27] asks for the previous code of a re-used product', () => {
    const reused = { moduleCode: 'SY1MB01GB20000001RM', productionDate: '2026-11-05' };
    expect(module(reused)).toEqual([['error', 'previous_code_missing', 'previousCode']]);
    expect(module({ ...reused, previousCode: exampleModule['moduleCode'] })).toEqual([]);
    expect(module({ previousCode: exampleModule['moduleCode'] })).toEqual([
      ['error', 'previous_code_same', 'previousCode'],
    ]);
  });

  it('[B28] says when a part is newer than the whole', () => {
    const cellCodes = ['SY1CB01A000001GB10000001', 'SY1CB01A000001GB30000002'];
    expect(module({ cellCodes })).toEqual([['warning', 'child_newer', 'cellCodes']]);
    expect(pack({ moduleCodes: ['SY1MB01A000001GB30000001'] })).toEqual([
      ['warning', 'child_newer', 'moduleCodes'],
    ]);
  });

  it('[B29] asks for the pack unless the module is a spare part', () => {
    expect(module({ packCode: '' })).toEqual([['error', 'pack_code_missing', 'packCode']]);
    expect(module({ packCode: '', sparePart: false })).toEqual([['error', 'pack_code_missing', 'packCode']]);
    expect(module({ packCode: '', sparePart: true })).toEqual([]);
  });

  it('[B29] counts cells and multiplies the connection', () => {
    expect(module({ cellCount: 3 })).toEqual([
      ['error', 'cell_count_differs', 'cellCount'],
      ['error', 'connection_product', 'connection'],
    ]);
    expect(module({ connection: '2P2S' })).toEqual([['error', 'connection_product', 'connection']]);
    for (const connection of ['2p1s', '1P', 'P2S', '0P2S', '1P2S ½', '1P2S\n', '11111P1S']) {
      expect([connection, module({ connection })[0]?.[0] === 'error' || connection === '1P2S\n']).toEqual([
        connection,
        true,
      ]);
    }
    expect(module({ connection: '2P1S' })).toEqual([]);
  });

  it('[B30] asks for modules or cells', () => {
    expect(pack({ moduleCodes: [] })).toEqual([['error', 'children_missing', 'moduleCodes']]);
    expect(pack({ moduleCodes: [], cellCodes: ['SY1CB01A000001GB10000001'] })).toEqual([]);
  });

  it('[B30] compares capacity, energy and voltage', () => {
    expect(pack({ actualCapacity: 110 })).toEqual([]);
    expect(pack({ actualCapacity: 110.1 })).toEqual([
      ['warning', 'capacity_exceeds_rated', 'actualCapacity'],
    ]);
    expect(pack({ ratedEnergy: 0.672 })).toEqual([]);
    expect(pack({ ratedEnergy: 0.673 })).toEqual([['warning', 'energy_differs', 'ratedEnergy']]);
    expect(pack({ ratedEnergy: 0.6 })).toEqual([['warning', 'energy_differs', 'ratedEnergy']]);
    expect(pack({ minVoltage: 5, maxVoltage: 7.3 })).toEqual([]);
    expect(pack({ minVoltage: 6.5 })).toEqual([['error', 'voltage_order', 'minVoltage']]);
    expect(pack({ maxVoltage: 6.3 })).toEqual([['error', 'voltage_order', 'maxVoltage']]);
  });

  it('[B31] refuses the code of another product', () => {
    const moved = module({ moduleCode: 'SY1PB01A000001GB20000001', packCode: 'SY1MB01A000001GB20000001' });
    expect(moved).toEqual([
      ['error', 'code_level', 'moduleCode'],
      ['error', 'code_level', 'packCode'],
    ]);
    expect(module({ cellCodes: [exampleModule['moduleCode'], 'SY1CB01A000001GB10000002'] })).toEqual([
      ['error', 'code_level', 'cellCodes'],
    ]);
    expect(module({ moduleCode: 'SY1MB01GB20000001RP', previousCode: 'SY1MB01A000001GB20000001' })).toEqual([
      ['error', 'code_level', 'moduleCode'],
    ]);
    expect(module({ moduleCode: 12 })).toEqual([['error', 'code_as_number', 'moduleCode']]);
  });
});
