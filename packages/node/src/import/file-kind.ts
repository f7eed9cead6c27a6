// Tells from its first bytes what an uploaded file really is, whatever it is called, so that a renamed or
// encrypted file gets a refusal that says so (spec/import.md).
import type { ByteSource } from './byte-source.ts';
import { WorkbookRefusal } from './workbook-rejection.ts';

const compoundFile = Buffer.from('d0cf11e0a1b11ae1', 'hex');
const searchBytes = 1 << 20;

/** Passes a zip file on; refuses everything else, naming what it looks like. */
export function refuseUnlessZip(source: ByteSource): void {
  const head = source.read(0, 512);
  if (head.length === 0) throw notXlsx('empty');
  if (head.subarray(0, 8).equals(compoundFile)) throw compoundRefusal(source);
  if (head[0] === 0x50 && head[1] === 0x4b) return;
  throw notXlsx(kindOf(head));
}

/** The refusal of a file that is no workbook of the xlsx form but, for example, a `pdf`. */
export function notXlsx(looksLike: string): WorkbookRefusal {
  return new WorkbookRefusal({ code: 'workbook_not_xlsx', looksLike });
}

/** What a file that is no zip looks like by its first bytes: `pdf`, `html`, `text`, … */
export function kindOf(head: Buffer): string {
  const text = head
    .toString('latin1', 0, head.length)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart()
    .toLowerCase();
  if (text.startsWith('%pdf')) return 'pdf';
  if (text.startsWith('{\\rtf')) return 'rtf';
  if (/^(?:<!doctype html|<html|<table)/.test(text)) return 'html';
  if (text.startsWith('<')) return 'xml';
  if (text.startsWith('{') || text.startsWith('[')) return 'json';
  const unprintable = head.some((byte) => byte < 0x09 || (byte > 0x0d && byte < 0x20));
  return unprintable ? 'unknown' : 'text';
}

/** A compound file is either an encrypted workbook or the format before xlsx; its stream names tell. */
function compoundRefusal(source: ByteSource): WorkbookRefusal {
  const encrypted = Buffer.from('EncryptedPackage', 'utf16le');
  for (let at = 0; at < source.size; at += searchBytes)
    if (source.read(at, searchBytes + encrypted.length).includes(encrypted))
      return new WorkbookRefusal({ code: 'workbook_encrypted' });
  return new WorkbookRefusal({ code: 'workbook_old_format' });
}
