// Decimal numbers as the C2SP formats write them: ASCII digits, no leading zero, no sign (spec/log.md, L4).

/** The number, or undefined unless the text is the one decimal form of a safe non-negative integer. */
export function parseDecimal(text: string): number | undefined {
  if (!/^(?:0|[1-9][0-9]{0,15})$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
