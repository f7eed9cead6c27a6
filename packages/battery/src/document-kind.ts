/**
 * The documentation of a record kind as Markdown: a table of its fields. Implements spec/battery.md, "Record kinds".
 */
import type { Field, FieldCondition, RecordKind } from './kind.ts';
import { partLabels } from './template.ts';

const REQUIRED = { yes: 'required 必填', no: 'optional 选填', conditional: 'depends 视情况' } as const;

/** The section of a kind: heading, purpose, field table. */
export function documentKind(kind: RecordKind): string {
  const rows = kind.fields.map((field) => {
    const seen = partLabels[field.part];
    const cells = [
      `\`${field.id}\``,
      `${field.label.zh}<br>${field.label.en}`,
      typeOf(field),
      requiredText(field, kind),
      `${seen.en} ${seen.zh}`,
      `${field.help.zh}<br>${field.help.en}`,
      field.example === '' ? '' : `\`${field.example.replaceAll('\n', ' ')}\``,
    ];
    return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  });
  return [
    `## ${kind.label.en} ${kind.label.zh}: \`${kind.id}\`, version ${kind.version}`,
    '',
    `${kind.help.en} ${kind.help.zh}`,
    '',
    '| field | label | type | | seen by | meaning | example |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function requiredText(field: Field, kind: RecordKind): string {
  const shown = ({ field: id, values }: FieldCondition): string => {
    const other = kind.fields.find((entry) => entry.id === id);
    return `\`${id}\` ${other?.label.zh ?? ''} = ${values.join(', ')}`;
  };
  const { required, requiredWhen, onlyWhen } = field;
  return [
    requiredWhen === undefined ? REQUIRED[required] : `required if 必填条件 ${shown(requiredWhen)}`,
    ...(onlyWhen === undefined ? [] : [`only if 仅当 ${shown(onlyWhen)}`]),
  ].join('<br>');
}

function typeOf(field: Field): string {
  switch (field.type) {
    case 'text':
      return `text, up to ${field.maxLength}`;
    case 'number':
    case 'integer': {
      const unit = field.unit === undefined ? '' : ` ${field.unit}`;
      return `${field.type}${unit}, ${field.min} to ${field.max}`;
    }
    case 'enum':
      return [
        ...field.values.map((value) => `\`${value.id}\` ${value.label.zh} ${value.label.en}`),
        ...(field.table === undefined ? [] : [`code table 代码表 \`${field.table}\``]),
      ].join('<br>');
    case 'battery_code':
      return `battery code (${field.products.join(', ')})`;
    case 'battery_codes':
      return `list of battery codes (${field.products.join(', ')}), ${field.itemsMin} to ${field.itemsMax}`;
    case 'date':
      return 'date `YYYY-MM-DD`';
    case 'datetime':
      return 'time `YYYY-MM-DDThh:mm:ss+08:00`';
    case 'boolean':
      return 'true or false';
    case 'attachments':
      return `files, up to ${field.itemsMax}: digest and name`;
    case 'vin':
      return 'VIN';
    case 'uscc':
    default:
      return 'unified social credit code, or DUNS number';
  }
}
