/**
 * Units that sources count in, as data, and their exact conversion: a decimal is scaled as decimal digits, never as a
 * binary fraction, so that 4567.8 g is 4.5678 kg and nothing else. Implements spec/mapping.md, "Units".
 */

import { decimalsOf } from '../read-value.ts';

/** One unit: so many of its quantity's base unit, `digits` times ten to the power of `power`. */
interface Unit {
  readonly quantity: string;
  readonly digits: bigint;
  readonly power: number;
}

const unit = (quantity: string, power: number, digits = 1n): Unit => ({ quantity, digits, power });

/** Every unit that a mapping may name. Units of the fields themselves are powers of ten of their base. */
const units: ReadonlyMap<string, Unit> = new Map([
  ['mg', unit('mass', -6)],
  ['g', unit('mass', -3)],
  ['kg', unit('mass', 0)],
  ['t', unit('mass', 3)],
  ['斤', unit('mass', -1, 5n)],
  ['lb', unit('mass', -8, 45_359_237n)],
  ['µm', unit('length', -3)],
  ['mm', unit('length', 0)],
  ['cm', unit('length', 1)],
  ['dm', unit('length', 2)],
  ['m', unit('length', 3)],
  ['km', unit('length', 6)],
  ['in', unit('length', -1, 254n)],
  ['mi', unit('length', 0, 1_609_344n)],
  ['mV', unit('voltage', -3)],
  ['V', unit('voltage', 0)],
  ['kV', unit('voltage', 3)],
  ['mA', unit('current', -3)],
  ['A', unit('current', 0)],
  ['mAh', unit('charge', -3)],
  ['Ah', unit('charge', 0)],
  ['Wh', unit('energy', -3)],
  ['kWh', unit('energy', 0)],
  ['MWh', unit('energy', 3)],
  ['W', unit('power', -3)],
  ['kW', unit('power', 0)],
  ['mΩ', unit('resistance', -3)],
  ['Ω', unit('resistance', 0)],
  ['‰', unit('share', -1)],
  ['%', unit('share', 0)],
  ['1', unit('share', 2)],
]);

/** A factor between two units: `digits` times ten to the power of `power`. */
export interface Factor {
  readonly digits: bigint;
  readonly power: number;
}

/** The symbols of the units that convert to this one, itself included; none when it is not in the table. */
export function unitsFor(to: string): readonly string[] {
  const { quantity } = units.get(to) ?? {};
  return [...units].filter(([, entry]) => entry.quantity === quantity).map(([symbol]) => symbol);
}

/** True when the table has this unit. */
export function isUnit(symbol: string): boolean {
  return units.has(symbol);
}

/** The factor from one unit to another; undefined when they measure different things. */
export function factorBetween(from: string, to: string): Factor | undefined {
  const source = units.get(from);
  const target = units.get(to);
  if (source === undefined || target === undefined) return undefined;
  if (source.quantity !== target.quantity || target.digits !== 1n) return undefined;
  return { digits: source.digits, power: source.power - target.power };
}

const EXPONENT_MAX = 40;
const FAST_LENGTH = 15;
const PLAIN = /^\d+(?:\.\d+)?$/;

/**
 * The decimal in `text` times the factor, rounded half up to `decimals` digits when given. Undefined when the text is
 * no decimal number.
 */
export function scaleDecimal(
  text: string,
  { digits, power }: Factor,
  decimals: number | undefined,
): { readonly value: number; readonly rounded: boolean } | undefined {
  if (digits === 1n && text.length <= FAST_LENGTH && PLAIN.test(text)) {
    // Up to 15 digits are exact both ways, and reading a decimal text is the fastest way to move its point.
    const value = Number(`${text}e${power}`);
    if (decimals === undefined || decimalsOf(String(value)) <= decimals) return { value, rounded: false };
  }
  const match = /^([+-]?)(\d{1,18})(?:\.(\d{1,18}))?(?:[eE]([+-]?\d{1,2}))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  let mantissa = BigInt(whole + fraction) * digits;
  let places = Number(exponent) - fraction.length + power;
  if (places < -EXPONENT_MAX || places > EXPONENT_MAX) return undefined;
  let rounded = false;
  if (decimals !== undefined && places < -decimals) {
    const divisor = 10n ** BigInt(-decimals - places);
    const rest = mantissa % divisor;
    rounded = rest !== 0n;
    mantissa = mantissa / divisor + (rest * 2n >= divisor ? 1n : 0n);
    places = -decimals;
  }
  const value = Number(`${sign === '-' && mantissa !== 0n ? '-' : ''}${mantissa}e${places}`);
  return { value, rounded };
}
