// The commands that search what a node holds and save what is found; part of the command table.
import type { CommandDefinition, OptionDefinition } from './definition.ts';

const filters: readonly OptionDefinition[] = [
  { flags: '--code <CODE>', summary: 'a code that the record names' },
  { flags: '--prefix <TEXT>', summary: 'the beginning of such a code, 3 characters at least' },
  { flags: '--kind <KIND>', summary: 'only this record kind' },
  { flags: '--status <staged|sending|reported|voided>', summary: 'only this status' },
  { flags: '--reporter <ID>', summary: 'only what this organisation reported' },
  {
    flags: '--event <FROM..TO>',
    summary: 'event dates, such as 2026-01-01..2026-03-31; either may be left out',
  },
  { flags: '--stored <FROM..TO>', summary: 'days on which the node stored it' },
  { flags: '--entries <FROM..TO>', summary: 'entries of the log' },
  { flags: '--import <ID>', summary: 'what this import staged' },
  { flags: '--text <TEXT>', summary: 'part of a value' },
  { flags: '--field <NAME>', summary: 'with --text: only this field' },
];

/** Both commands. */
export const searchCommands: readonly CommandDefinition[] = [
  {
    name: 'search',
    summary: 'Search every record that the node holds, newest first. All filters given must hold.',
    arguments: '',
    options: [...filters, { flags: '--limit <N>', summary: 'most records to show (default: 50)' }],
    asksNode: true,
    answers:
      '{"items":[{"status","record"?,"staged"?,"kind","reporter","voided","code"?,"eventDate"?,"storedOn","public","shared"}],"isComplete","total"?:{"records","isExact"}}',
    negative: 'nothing is found',
    example: 'suyuan search --kind battery_pack --event 2026-01-01..2026-03-31',
    load: async () => (await import('./commands/search.ts')).search,
  },
  {
    name: 'export',
    summary: 'Save what a search finds, as an Excel workbook, as CSV of one kind, or as lines of JSON.',
    arguments: '',
    options: [
      ...filters,
      { flags: '--out <FILE>', summary: 'where to write it; required' },
      {
        flags: '--format <xlsx|csv|json>',
        summary: 'the form (default: by the ending of the file: .xlsx, .csv, else json)',
      },
      { flags: '--private', summary: 'also the private parts of own records; operators only' },
    ],
    asksNode: true,
    answers: '{"file","format","bytes"}',
    negative: 'the search is refused: too much is found, or CSV of more than one kind',
    example: 'suyuan export --kind battery_pack --out packs.xlsx',
    load: async () => (await import('./commands/search.ts')).exportFound,
  },
];
