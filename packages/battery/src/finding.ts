/**
 * Findings: what is wrong, doubtful or worth knowing about a code, a cell, a member or a record. Implements spec/battery.md, "Findings".
 */
import { findingCatalogue } from './finding-catalogue.ts';
import { showable } from './unicode.ts';

/** `error`: not accepted; `warning`: accepted, someone should look; `info`: accepted, good to know. */
export type Level = 'error' | 'warning' | 'info';

/** One text in both languages of the product. */
export interface Label {
  readonly zh: string;
  readonly en: string;
}

/** What the catalogue says about a finding code; `{name}` in a sentence stands for a fact of the finding. */
export interface CatalogueEntry extends Label {
  readonly level: Level;
}

/**
 * One finding. `field` is the id of a field (or the name of an unknown member), `value` what was found, shortened
 * to 64 characters, `at` the character position in a code counted from 1, `item` the place in a list counted from 1.
 */
export interface Finding {
  readonly level: Level;
  readonly code: FindingCode;
  readonly message: Label;
  readonly field?: string;
  readonly value?: string;
  readonly at?: number;
  readonly item?: number;
}

/** Every finding code there is, lower_snake, the same string in API, command line and console. */
export type FindingCode =
  | 'code_kind_unknown'
  | 'code_length'
  | 'code_lower_case'
  | 'code_symbol'
  | 'code_product_type'
  | 'code_battery_type'
  | 'code_date_symbol'
  | 'code_date_impossible'
  | 'code_date_future'
  | 'code_day_31'
  | 'code_serial_letters'
  | 'code_serial_zero'
  | 'code_lookalike'
  | 'code_sister_lookalike'
  | 'code_reused_mark'
  | 'code_reused_suffix'
  | 'code_level'
  | 'code_duplicate'
  | 'vin_length'
  | 'vin_symbol'
  | 'vin_trivial'
  | 'vin_check_digit'
  | 'uscc_length'
  | 'uscc_symbol'
  | 'uscc_check_digit'
  | 'record_not_object'
  | 'record_too_large'
  | 'unknown_member'
  | 'unknown_column'
  | 'duplicate_column'
  | 'missing_column'
  | 'value_missing'
  | 'value_type'
  | 'text_too_long'
  | 'text_control'
  | 'text_not_unicode'
  | 'text_not_composed'
  | 'text_trimmed'
  | 'text_format'
  | 'number_not_finite'
  | 'number_not_integer'
  | 'number_too_small'
  | 'number_too_large'
  | 'number_decimals'
  | 'number_as_text'
  | 'text_as_number'
  | 'code_as_number'
  | 'date_format'
  | 'date_impossible'
  | 'date_future'
  | 'date_read_as'
  | 'datetime_format'
  | 'enum_value'
  | 'enum_not_in_force'
  | 'boolean_value'
  | 'list_too_long'
  | 'list_empty'
  | 'cell_error'
  | 'cell_formula'
  | 'cell_formula_empty'
  | 'mapped_text_changed'
  | 'mapped_not_in_table'
  | 'mapped_left_out'
  | 'mapped_date_form'
  | 'mapped_rounded'
  | 'attachment_digest'
  | 'attachment_name'
  | 'value_needed_here'
  | 'value_out_of_place'
  | 'value_needs_other'
  | 'date_before'
  | 'code_newer'
  | 'codes_equal'
  | 'level_differs'
  | 'child_level'
  | 'code_or_reason_missing'
  | 'photo_missing'
  | 'vehicle_missing'
  | 'owner_code_doubtful'
  | 'outputs_exceed_weight'
  | 'pack_code_missing'
  | 'previous_code_missing'
  | 'previous_code_same'
  | 'chemistry_differs'
  | 'production_date_differs'
  | 'child_newer'
  | 'cell_count_differs'
  | 'connection_product'
  | 'children_missing'
  | 'capacity_exceeds_rated'
  | 'energy_differs'
  | 'voltage_order'
  | 'subject_repeated'
  | 'subject_reported'
  | 'model_not_registered'
  | 'model_differs'
  | 'prefix_not_registered'
  | 'prefix_of_another_organization'
  | 'unit_not_registered'
  | 'unit_name_differs'
  | 'custody_made_twice'
  | 'custody_before_made'
  | 'custody_after_end'
  | 'custody_bound_elsewhere'
  | 'custody_mounted_twice'
  | 'custody_not_on_vehicle'
  | 'custody_still_in_vehicle'
  | 'custody_in_two_wholes'
  | 'custody_retired_twice'
  | 'custody_treated_twice'
  | 'custody_sold_twice'
  | 'custody_outbound_late'
  | 'custody_origin_unknown'
  | 'custody_vehicle_origin_unknown'
  | 'custody_vehicle_unknown'
  | 'custody_not_from_stock'
  | 'custody_other_stock'
  | 'custody_entry_missing'
  | 'custody_outbound_missing'
  | 'custody_text_missing'
  | 'custody_earlier_than_known'
  | 'trace_subject_repeated'
  | 'trace_parents_differ'
  | 'trace_family_cycle'
  | 'trace_family_cut';

/** The facts of a finding beside its code; all but the named ones fill the `{name}` places of the sentence. */
export interface FindingFacts {
  readonly field?: string;
  readonly value?: string;
  readonly at?: number;
  readonly item?: number;
  readonly level?: Level;
  readonly [fact: string]: string | number | undefined;
}

const SHOWN_MAX = 64;

/** The first 64 characters of a text as a finding shows them, with symbols that cannot be shown replaced. */
export function shorten(text: string): string {
  return showable(text.length <= SHOWN_MAX ? text : `${text.slice(0, SHOWN_MAX - 1)}…`);
}

/** Makes a finding from its code and facts; the level is the catalogue's unless the facts name one. */
export function makeFinding(code: FindingCode, facts: FindingFacts): Finding {
  const entry = findingCatalogue[code];
  const { field, value, at, item, level } = facts;
  return {
    level: level ?? entry.level,
    code,
    message: { zh: fillIn(entry.zh, facts), en: fillIn(entry.en, facts) },
    ...(field === undefined ? {} : { field: shorten(field) }),
    ...(value === undefined ? {} : { value: shorten(value) }),
    ...(at === undefined ? {} : { at }),
    ...(item === undefined ? {} : { item }),
  };
}

/** The sentence with each `{name}` replaced by its fact, shortened; by nothing where there is no such fact. */
export function fillIn(
  sentence: string,
  facts: Readonly<Record<string, string | number | undefined>>,
): string {
  let text = '';
  let from = 0;
  for (;;) {
    const open = sentence.indexOf('{', from);
    if (open < 0) return text + sentence.slice(from);
    const close = sentence.indexOf('}', open);
    const fact = facts[sentence.slice(open + 1, close)];
    text += sentence.slice(from, open) + shorten(String(fact ?? ''));
    from = close + 1;
  }
}
