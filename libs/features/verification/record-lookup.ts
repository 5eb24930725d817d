import { Injectable } from '@nestjs/common';
import { Batcher } from '#platform';
import {
  AnchorStore,
  LogStore,
  RecordStore,
  type DigestMatch,
  type DigestQuery,
  type StoredRecord,
} from '#ports';
import type { LogProgress } from './log-progress.js';

/** What the store answers to one question, and how far the log had come then. */
export interface Lookup {
  readonly found: DigestMatch | undefined;
  readonly progress: LogProgress;
}

/** Questions in one round trip, and round trips under way: more of either only adds to the wait. */
const BATCH = { maxItems: 64, maxWeight: 64, maxWaitingWeight: 10_000, parallel: 2, weigh: () => 1 };

/** Asks the store for many requests at once. */
@Injectable()
export class RecordLookup {
  private readonly matches: Batcher<DigestQuery, Lookup>;
  private readonly opened: Batcher<number, StoredRecord | undefined>;

  constructor(
    private readonly records: RecordStore,
    private readonly log: LogStore,
    private readonly anchors: AnchorStore,
  ) {
    this.matches = new Batcher(BATCH, (queries) => this.matchAll(queries));
    this.opened = new Batcher(BATCH, (recordIds) => this.openAll(recordIds));
  }

  match(query: DigestQuery): Promise<Lookup> {
    return this.matches.add(query);
  }

  open(recordId: number): Promise<StoredRecord | undefined> {
    return this.opened.add(recordId);
  }

  private async matchAll(queries: readonly DigestQuery[]): Promise<readonly Lookup[]> {
    // Matches first: an entry found there is then never beyond the head that is read after it.
    const found = await this.records.match(queries);
    const [head, ledgers] = await Promise.all([this.log.head(), this.anchors.progress()]);
    return found.map((match) => ({ found: match, progress: { head, ledgers } }));
  }

  private async openAll(recordIds: readonly number[]): Promise<readonly (StoredRecord | undefined)[]> {
    const opened = new Map((await this.records.open(recordIds)).map((record) => [record.recordId, record]));
    return recordIds.map((id) => opened.get(id));
  }
}
