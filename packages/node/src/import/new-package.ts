// The parts of a workbook that is written anew, beside its sheets and styles: what ties them together (ECMA-376 part 2).
import { xmlText } from './marking/xml-rewriter.ts';

/** How an XML part begins. */
export const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
/** The namespace of workbooks, sheets and styles. */
export const mainNamespace = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';

const relationNamespace = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const packageNamespace = 'http://schemas.openxmlformats.org/package/2006';
const sheetType = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** Path of the sheet at this place, from 0. */
export function sheetPath(index: number): string {
  return `xl/worksheets/sheet${index + 1}.xml`;
}

/** Path of the styles. */
export const stylesPath = 'xl/styles.xml';

/** Path and XML of each part, for a workbook with sheets of these names at {@link sheetPath}. */
export function packageParts(names: readonly string[]): readonly (readonly [string, string])[] {
  const types = names
    .map((_, index) => `<Override PartName="/${sheetPath(index)}" ContentType="${sheetType}.worksheet+xml"/>`)
    .join('');
  const sheets = names
    .map((name, index) => `<sheet name="${xmlText(name)}" sheetId="${index + 1}" r:id="rId${index + 1}"/>`)
    .join('');
  const relations = names
    .map(
      (_, index) =>
        `<Relationship Id="rId${index + 1}" Type="${relationNamespace}/worksheet" Target="/${sheetPath(index)}"/>`,
    )
    .join('');
  return [
    [
      '[Content_Types].xml',
      `${xmlHead}<Types xmlns="${packageNamespace}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${sheetType}.sheet.main+xml"/><Override PartName="/${stylesPath}" ContentType="${sheetType}.styles+xml"/>${types}</Types>`,
    ],
    [
      '_rels/.rels',
      `${xmlHead}<Relationships xmlns="${packageNamespace}/relationships"><Relationship Id="rId1" Type="${relationNamespace}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${xmlHead}<workbook xmlns="${mainNamespace}" xmlns:r="${relationNamespace}"><sheets>${sheets}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${xmlHead}<Relationships xmlns="${packageNamespace}/relationships">${relations}<Relationship Id="rIdStyles" Type="${relationNamespace}/styles" Target="/${stylesPath}"/></Relationships>`,
    ],
  ];
}
