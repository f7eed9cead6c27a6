// Options as values of the right form, or a failure that says what they look like.
import type { OptionValues } from './definition.ts';
import { CommandFailure } from './failure.ts';

/** An option's text, or undefined. */
export function textOption(options: OptionValues, name: string): string | undefined {
  const value = options[name];
  return typeof value === 'string' ? value : undefined;
}

/** An option that has to be there. `flag` is how people write it. */
export function requiredOption(options: OptionValues, name: string, flag: string): string {
  const value = textOption(options, name);
  if (value === undefined) throw new CommandFailure('option_missing', `${flag} is required.`);
  return value;
}

/** One of a few words. */
export function choiceOption<W extends string>(
  options: OptionValues,
  name: string,
  flag: string,
  words: readonly W[],
): W | undefined {
  const value = textOption(options, name);
  if (value === undefined) return undefined;
  const word = words.find((one) => one === value);
  if (word === undefined)
    throw new CommandFailure('option_malformed', `${flag} is one of ${words.join(', ')}.`);
  return word;
}

/** A whole number from `min` to `max`. */
export function parseWhole(text: string, flag: string, min: number, max: number): number {
  const value = /^(0|[1-9][0-9]{0,15})$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max)) {
    throw new CommandFailure('option_malformed', `${flag} is a whole number from ${min} to ${max}.`);
  }
  return value;
}

/** An option that is a whole number from `min` to `max`, or undefined. */
export function wholeOption(
  options: OptionValues,
  name: string,
  flag: string,
  [min, max]: readonly [min: number, max: number],
): number | undefined {
  const text = textOption(options, name);
  return text === undefined ? undefined : parseWhole(text, flag, min, max);
}

/** A positional argument's text; the parser made sure of the required ones. */
export function textArgument(given: readonly unknown[], place: number): string | undefined {
  const value = given[place];
  return typeof value === 'string' ? value : undefined;
}

/** The name of a record, `ENTRY/LEAF`. */
export function parseRecordName(text: string): { readonly entry: number; readonly leaf: number } {
  const match = /^(0|[1-9][0-9]{0,15})\/(0|[1-9][0-9]{0,3})$/.exec(text);
  if (match === null) {
    throw new CommandFailure(
      'record_name_malformed',
      `${text} is not the name of a record; names look like 1234/56.`,
    );
  }
  return { entry: Number(match[1]), leaf: Number(match[2]) };
}
