// The small parts that tie a package together: relations, content types and the list of sheets, each with what
// marking adds.
import type { XmlAttributes } from '../xml-scanner.ts';
import { rewriteWhole, xmlText } from './xml-rewriter.ts';
import type { XmlEdit, XmlOutput } from './xml-rewriter.ts';

const relationTypes = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const sheetContent = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** A relation to add. */
export interface NewRelation {
  readonly id: string;
  readonly type: 'worksheet' | 'comments' | 'vmlDrawing' | 'styles';
  /** Path of the part, without a leading slash. */
  readonly target: string;
}

/** A relations part that holds nothing yet. */
export const emptyRelations: Buffer = Buffer.from(
  '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>',
);

/** Adds relations to a relations part. */
export async function addRelations(
  part: string,
  bytes: Buffer,
  added: readonly NewRelation[],
): Promise<Buffer> {
  const xml = (prefix: string): string =>
    added
      .map(
        ({ id, type, target }) =>
          `<${prefix}Relationship Id="${id}" Type="${relationTypes}/${type}" Target="/${target}"/>`,
      )
      .join('');
  return await addInside(part, bytes, 'Relationships', xml);
}

/** Adds the types of new parts; the `vml` extension only when it is not there. */
export async function addContentTypes(
  part: string,
  bytes: Buffer,
  added: readonly { readonly path: string; readonly type: 'worksheet' | 'comments' | 'styles' }[],
): Promise<Buffer> {
  const hasVml = /Extension\s*=\s*["']vml["']/i.test(bytes.toString('latin1'));
  const xml = (prefix: string): string => {
    const vml = `<${prefix}Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDrawing"/>`;
    const parts = added.map(
      ({ path, type }) =>
        `<${prefix}Override PartName="/${path}" ContentType="${sheetContent}.${type}+xml"/>`,
    );
    return `${hasVml ? '' : vml}${parts.join('')}`;
  };
  return await addInside(part, bytes, 'Types', xml);
}

/** Adds a sheet at the end of the list, under a name that is not taken. */
export async function addSheet(
  part: string,
  bytes: Buffer,
  relation: string,
  taken: readonly string[],
): Promise<Buffer> {
  let name = '导入问题 Findings';
  for (let count = 2; taken.some((other) => other.toLowerCase() === name.toLowerCase()); count += 1)
    name = `导入问题 Findings ${count}`;
  let highest = 0;
  return await rewriteWhole(part, bytes, (output) => ({
    open(tag: string, attributes: XmlAttributes) {
      if (tag === 'sheet') highest = Math.max(highest, Number(attributes.get('sheetId')) || 0);
    },
    close(tag: string) {
      if (tag !== 'sheets') return;
      const prefix = prefixOf(output, 'sheets', 2);
      output.insertBefore(
        `<${prefix}sheet xmlns:r="${relationTypes}" name="${xmlText(name)}" sheetId="${highest + 1}" r:id="${relation}"/>`,
      );
    },
  }));
}

/** Inserts `xml` at the end of the root element. */
async function addInside(
  part: string,
  bytes: Buffer,
  root: string,
  xml: (prefix: string) => string,
): Promise<Buffer> {
  return await rewriteWhole(part, bytes, (output): XmlEdit => ({
    open() {},
    close(name) {
      if (name !== root) return;
      const { scanner } = output;
      if (!scanner.tagIsEmpty) {
        output.insertBefore(xml(prefixOf(output, root, 2)));
        return;
      }
      const tag = scanner.bytes.toString('latin1', scanner.tagStart + 1, scanner.tagNameEnd);
      output.replace(scanner.tagEnd - 2, scanner.tagEnd, `>${xml(prefixOf(output, root, 1))}</${tag}>`);
    },
  }));
}

/** The namespace prefix, with its colon, of the tag of this call; `skip` characters stand before its name. */
function prefixOf({ scanner }: XmlOutput, name: string, skip: 1 | 2): string {
  const tag = scanner.bytes.toString('latin1', scanner.tagStart + skip, scanner.tagNameEnd);
  return tag.slice(0, Math.max(0, tag.length - name.length));
}
