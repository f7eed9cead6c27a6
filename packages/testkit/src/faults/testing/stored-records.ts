// What must be true of a network after every fault: each record is stored once at each member, reported, with the
// right bytes, under the same entry; the logs are the same; and receipts verify with nothing but the files.
import { parseRecord, recordKind } from '@suyuan/battery';
import { assert } from '@suyuan/log';
import { nativeCrypto } from '@suyuan/native-crypto';
import { verifyReceipt } from '@suyuan/verifier';
import { expect, vi } from 'vitest';
import type { RecordMembers } from '@suyuan/invented';
import type { NetworkUnderTest } from './network-under-test.ts';
import { REPORTER } from './patient-client.ts';
import type { Report } from './patient-client.ts';

const MEMBERS = ['managers', REPORTER, 'vehicles'] as const;

interface StoredRow {
  readonly code: string | null;
  readonly status: string | null;
  readonly place: string | null;
  readonly public_text: string;
  readonly shared_text: string;
  readonly private_text: string | null;
  readonly salts: string;
}

// What a member stored under a number that then went to other bytes is refused there; it is shown nowhere, and
// sweep-payloads.ts removes it.
const storedRows = `
  select s.code, b.status, b.entry || '/' || r.leaf as place, r.public_text::text, r.shared_text::text,
    r.private_text::text, encode(substring(r.salts from 1 for 64), 'hex') as salts
  from record r
  left join batch b on b.id = r.batch_id and b.stored_on = r.stored_on
  left join subject s on s.batch_id = r.batch_id and s.leaf = r.leaf and s.stored_on = r.stored_on
    and s.role = 'subject'
  where b.status is distinct from 'refused'
  order by s.code, place`;

/** Every record once, reported, with these texts, at the reporter and at every member. */
export async function expectStoredOnce(
  network: NetworkUnderTest,
  records: readonly RecordMembers[],
): Promise<void> {
  const kind = recordKind('battery_module');
  assert(kind !== undefined, 'modules are a record kind');
  const expected = records.map((members) => {
    const { record, subjects } = parseRecord(kind, members, { today: '2100-01-01', codes: 'strict' });
    assert(record !== undefined, 'generated records are valid');
    const code = subjects.find(({ role }) => role === 'subject')?.code ?? '';
    return { code, status: 'reported', public_text: record.public, shared_text: record.shared };
  });
  expected.sort((a, b) => (a.code < b.code ? -1 : 1));
  const own = await network.query<StoredRow>(REPORTER, storedRows);
  expect(own).toMatchObject(expected);
  for (const organization of MEMBERS) {
    if (organization === REPORTER) continue;
    // The others apply a block a moment later.
    await vi.waitFor(
      async () => {
        const held = await network.query<StoredRow>(organization, storedRows);
        expect(held).toEqual(own.map((row) => ({ ...row, private_text: null })));
        const others = `select status from batch where status not in ('reported', 'refused')`;
        expect(await network.query(organization, others)).toEqual([]);
      },
      { timeout: 20_000, interval: 50 },
    );
  }
}

/** The reporter's imports are all done and together brought these records: none is there in part or twice. */
export async function expectImports(
  network: NetworkUnderTest,
  imports: number,
  staged: number,
): Promise<void> {
  const counted = `
    select count(*)::int as imports, count(*) filter (where status = 'done')::int as done, sum(staged)::int as staged
    from import`;
  expect(await network.query(REPORTER, counted)).toEqual([{ imports, done: imports, staged }]);
}

/** Every node has the same log, with no refusal, and it covers so many records. */
export async function expectSameLogs(network: NetworkUnderTest, records: number): Promise<void> {
  const entries = `
    select entry, height, refusal, encode(sha256(statement), 'hex') as statement from log_entry order by entry`;
  const own = await network.query<{ refusal: string | null }>(REPORTER, entries);
  expect(own.filter(({ refusal }) => refusal !== null)).toEqual([]);
  for (const organization of MEMBERS) expect(await network.query(organization, entries)).toEqual(own);
  const counted = `select sum(count)::int as records, count(distinct entry)::int as entries from batch`;
  expect(await network.query(REPORTER, counted)).toEqual([{ records, entries: own.length }]);
}

/** Keeps receipts and what is needed to check them. */
export class ReceiptFolder {
  readonly #receipts: Uint8Array[] = [];
  #policy: Uint8Array | undefined;

  /** Fetches the receipts of a report from its reporter and from a member. */
  async collect(network: NetworkUnderTest, report: Report): Promise<void> {
    const fetchFile = async (organization: string, path: string): Promise<Uint8Array> => {
      const answer = await network.insist({ organization, method: 'GET', path });
      return new Uint8Array(await answer.arrayBuffer());
    };
    this.#policy ??= await fetchFile('managers', '/trust-policy');
    for (const { entry } of report.batches) {
      assert(entry !== undefined, 'a finished report has entries');
      for (const organization of [REPORTER, 'vehicles'])
        this.#receipts.push(await fetchFile(organization, `/batches/${entry}/receipt`));
    }
  }

  /** Codes of the receipts that do not verify, the earliest ones included. */
  refusals(): readonly string[] {
    assert(this.#policy !== undefined && this.#receipts.length > 0, 'receipts were collected');
    const rest = {
      policy: this.#policy,
      fresh: 'none',
      disclosure: undefined,
      statement: undefined,
    } as const;
    return this.#receipts.flatMap((receipt) => {
      const verdict = verifyReceipt(nativeCrypto, { receipt, ...rest });
      return verdict.ok ? [] : [verdict.error.code];
    });
  }
}
