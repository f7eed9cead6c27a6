// What nodes tell each other, as bytes (packages/api/src/monitoring-report.ts; spec/monitoring.md, MO1 to MO3).
import { nodeReport } from '@suyuan/api';
import type { NodeReport } from '@suyuan/api';
import type { Result } from '@suyuan/log';
import { ok, reject } from '@suyuan/log';
import { Compile } from 'typebox/compile';

/** Where nodes ask each other. */
export const STATUS_PATH = '/peer/v1/status';
/** Bytes of one answer. */
export const STATUS_BYTES_MAX = 65_536;
const shape = Compile(nodeReport);

/** The answer to another node. `machine` goes to the managing organisation only. */
export function encodeNodeReport(told: NodeReport, isForManager: boolean): string {
  const { machine, ...common } = told;
  return JSON.stringify(isForManager && machine !== undefined ? { ...common, machine } : common);
}

/** What another node has answered; unknown members are ignored, so that newer nodes may tell more. */
export function parseNodeReport(
  bytes: Uint8Array,
): Result<NodeReport, { readonly code: 'status_malformed' }> {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return shape.Check(value) ? ok(value) : reject({ code: 'status_malformed' });
  } catch {
    return reject({ code: 'status_malformed' });
  }
}
