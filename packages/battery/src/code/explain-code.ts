/**
 * The code doctor: what kind of code a text is, what each of its characters means, and what is wrong or doubtful about
 * it, in both languages. Implements spec/battery.md, "Code doctor".
 */
import type { Finding, Label, Level } from '../finding.ts';
import { makeFinding } from '../finding.ts';
import type { BatteryCode, CodeContext } from './battery-code.ts';
import { checkBatteryCode } from './battery-code.ts';
import { explainBatteryCode } from './explain-battery-code.ts';
import type { UsccParts, VinParts } from './explain-other-codes.ts';
import { explainUscc, explainVin } from './explain-other-codes.ts';
import { SisterCodes } from './sister-codes.ts';
import { codeRule } from './tables.ts';
import { checkUscc } from './uscc.ts';
import { checkVin, vinLength } from './vin.ts';

/** What a code can be. */
export type CodeKind = 'battery_code' | 'vin' | 'uscc';

/** A run of characters with one meaning. The texts of a code's pieces in their order are the code. */
export interface CodePiece {
  /** Position of the first and the last character, counted from 1. */
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly label: Label;
  readonly meaning: Label;
  /** The worst that a finding says about one of its characters. */
  readonly level?: Level;
}

/** What the doctor says about one code. */
export interface CodeExplanation {
  /** The very text asked about. */
  readonly input: string;
  readonly kind: CodeKind | 'unknown';
  /** True when no finding is an error. */
  readonly valid: boolean;
  readonly findings: readonly Finding[];
  /** Empty when the kind is not known or the length does not fit. */
  readonly pieces: readonly CodePiece[];
  /** The pieces as values; undefined when the code could not be read at all. */
  readonly decoded?: BatteryCode | VinParts | UsccParts;
}

/** What explaining needs to know beside the code. */
export interface ExplainContext extends CodeContext {
  /** What the code is meant to be; by its length when left out. */
  readonly kind?: CodeKind;
  /** Codes seen before, for hints that this one differs from them only by O for 0 or I for 1. */
  readonly sisters?: SisterCodes;
}

/** The kind that a code of this length is; undefined when none has it. */
export function codeKindByLength(length: number): CodeKind | undefined {
  if (length === vinLength) return 'vin';
  if (length === 18 || length === 9) return 'uscc';
  const { newLength, reusedLength, reusedSuffixedLength } = codeRule;
  return [newLength, reusedLength, reusedSuffixedLength].includes(length) ? 'battery_code' : undefined;
}

/** Explains one code. Nothing is upper-cased, trimmed or swapped. Never throws. */
export function explainCode(input: string, context: ExplainContext): CodeExplanation {
  const kind = context.kind ?? codeKindByLength(input.length);
  switch (kind) {
    case 'battery_code':
      return explainBattery(input, context);
    case 'vin': {
      const { valid, findings } = checkVin(input);
      return { input, kind, valid, findings, ...withLevels(explainVin(input), findings) };
    }
    case 'uscc': {
      const { valid, findings } = checkUscc(input);
      return { input, kind, valid, findings, ...withLevels(explainUscc(input), findings) };
    }
    case undefined:
    default: {
      const finding = makeFinding('code_kind_unknown', { value: input, length: input.length });
      return { input, kind: 'unknown', valid: false, findings: [finding], pieces: [] };
    }
  }
}

/** Explains codes that come together: each is compared with the ones before it. */
export function explainCodes(
  inputs: readonly string[],
  context: Omit<ExplainContext, 'sisters'>,
): readonly CodeExplanation[] {
  const sisters = new SisterCodes();
  return inputs.map((input) => explainCode(input, { ...context, sisters }));
}

function explainBattery(input: string, context: ExplainContext): CodeExplanation {
  const { valid, decoded, findings } = checkBatteryCode(input, context);
  const sister = decoded === undefined ? undefined : context.sisters?.see(input);
  const at = sister === undefined ? -1 : firstDifference(sister, input);
  const all =
    sister === undefined
      ? findings
      : [...findings, makeFinding('code_sister_lookalike', { value: input, at: at + 1, sister })];
  return {
    input,
    kind: 'battery_code',
    valid,
    findings: all,
    ...withLevels({ pieces: explainBatteryCode(input, context), decoded }, all),
  };
}

function firstDifference(one: string, other: string): number {
  for (let i = 0; i < one.length; i += 1) if (one[i] !== other[i]) return i;
  return 0;
}

const ORDER: readonly Level[] = ['error', 'warning', 'info'];

/** Gives each piece the worst level that a finding has at one of its characters. */
function withLevels<D>(
  { pieces, decoded }: { readonly pieces: readonly CodePiece[]; readonly decoded: D | undefined },
  findings: readonly Finding[],
): { readonly pieces: readonly CodePiece[]; readonly decoded?: D } {
  const marked = pieces.map((piece) => {
    const here = findings.filter(({ at = 0 }) => at >= piece.from && at <= piece.to);
    const level = ORDER.find((one) => here.some((finding) => finding.level === one));
    return level === undefined ? piece : { ...piece, level };
  });
  return { pieces: marked, ...(decoded === undefined ? {} : { decoded }) };
}
