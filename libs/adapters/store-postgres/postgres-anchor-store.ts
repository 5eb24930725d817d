import {
  AnchorStore,
  type Anchor,
  type AnchorFacts,
  type AnchorState,
  type LedgerProgress,
  type PreparedAnchor,
} from '#ports';
import type { Database } from './database.types.js';
import { run } from './statements.js';

const COLUMNS = `id, ledger, size, root, state, reference, payload, facts, prepared_at`;

/** The conflict that may arise is the one of anchor_under_way: nothing is answered then. */
const PREPARE = `
  insert into anchor (ledger, size, root, state, reference, payload) values ($1, $2, $3, 'prepared', $4, $5)
  on conflict (ledger) where state in ('prepared', 'submitted') do nothing
  returning ${COLUMNS}`;

const MOVE = `
  update anchor set state = $2, facts = coalesce($3::jsonb, facts), error = $4
  where id = $1 and state not in ('final', 'failed')`;

const OPEN = `
  select ${COLUMNS} from anchor
  where ledger = $1 and state in ('prepared', 'submitted', 'included')
  order by id`;

const COVERING = `
  select distinct on (ledger) ${COLUMNS} from anchor
  where state in ('included', 'final') and size > $1
  order by ledger, (state = 'final') desc, size, id`;

const PROGRESS = `
  select ledger,
    coalesce(max(size) filter (where state = 'submitted'), 0) as submitted,
    coalesce(max(size) filter (where state = 'included'), 0) as included,
    coalesce(max(size) filter (where state = 'final'), 0) as final,
    max(prepared_at) filter (where state in ('included', 'final')) as newest,
    (array_agg(error order by id desc))[1] as last_error
  from anchor
  group by ledger
  order by ledger`;

interface AnchorRow {
  readonly id: number;
  readonly ledger: string;
  readonly size: number;
  readonly root: Buffer;
  readonly state: AnchorState;
  readonly reference: string;
  readonly payload: Buffer;
  readonly facts: AnchorFacts | null;
  readonly prepared_at: Date;
}

interface ProgressRow extends Omit<LedgerProgress, 'newest' | 'lastError'> {
  readonly newest: Date | null;
  readonly last_error: string | null;
}

/** Anchors in PostgreSQL. */
export class PostgresAnchorStore extends AnchorStore {
  constructor(private readonly db: Database) {
    super();
  }

  override async prepare(anchor: {
    readonly ledger: string;
    readonly size: number;
    readonly root: Uint8Array;
    readonly prepared: PreparedAnchor;
  }): Promise<Anchor | undefined> {
    const { ledger, size, root, prepared } = anchor;
    const [row] = await run<AnchorRow>(
      this.db,
      PREPARE,
      ledger,
      size,
      root,
      prepared.reference,
      prepared.payload,
    );
    // From here on a crash before sending, or in the middle of it, is repaired by sending the same payload again.
    return row && toAnchor(row);
  }

  /** Throws ANCHOR.UNDER_WAY (retry) where moving back to `submitted` would make two at a time. */
  override async move(
    id: number,
    to: { state: AnchorState; facts?: AnchorFacts; error?: string },
  ): Promise<void> {
    const facts = to.facts === undefined ? null : JSON.stringify(to.facts);
    await run(this.db, MOVE, id, to.state, facts, to.error ?? null);
  }

  override async open(ledger: string): Promise<readonly Anchor[]> {
    const rows = await run<AnchorRow>(this.db, OPEN, ledger);
    return rows.map(toAnchor);
  }

  override async covering(index: number): Promise<readonly Anchor[]> {
    const rows = await run<AnchorRow>(this.db, COVERING, index);
    return rows.map(toAnchor);
  }

  override async progress(): Promise<readonly LedgerProgress[]> {
    const rows = await run<ProgressRow>(this.db, PROGRESS);
    return rows.map(({ last_error: lastError, newest, ...sizes }) => ({
      ...sizes,
      newest: newest ?? undefined,
      lastError: lastError ?? undefined,
    }));
  }
}

function toAnchor({ prepared_at: preparedAt, facts, ...row }: AnchorRow): Anchor {
  return { ...row, facts: facts ?? undefined, preparedAt };
}
