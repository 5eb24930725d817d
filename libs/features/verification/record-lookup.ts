import { Injectable } from '@nestjs/common';
import { Batcher, Remembered } from '#platform';
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
/** How old what a verdict says of checkpoints and anchors may be. */
const PROGRESS_REMEMBERED_MS = 250;

/** Asks the store for many requests at once. */
@Injectable()
export class RecordLookup {
  private readonly matches: Batcher<DigestQuery, Lookup>;
  private readonly opened: Batcher<number, StoredRecord | undefined>;
  private readonly progress = new Remembered(() => this.readProgress(), PROGRESS_REMEMBERED_MS);

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
    const found = await this.records.match(queries);
    const newest = Math.max(...found.map((match) => match?.record.index ?? -1));
    const progress = await this.progressBeyond(newest);
    return found.map((match) => ({ found: match, progress }));
  }

  /** As remembered, unless an entry that was found is newer than that. */
  private async progressBeyond(index: number): Promise<LogProgress> {
    const remembered = await this.progress.get();
    if (index < (remembered.head?.size ?? 0)) return remembered;
    this.progress.forget();
    return this.progress.get();
  }

  private async readProgress(): Promise<LogProgress> {
    const [head, witnessed, ledgers] = await Promise.all([
      this.log.head(),
      this.log.witnessedHead(),
      this.anchors.progress(),
    ]);
    return { head, witnessed, ledgers };
  }

  private async openAll(recordIds: readonly number[]): Promise<readonly (StoredRecord | undefined)[]> {
    const opened = new Map((await this.records.open(recordIds)).map((record) => [record.recordId, record]));
    return recordIds.map((id) => opened.get(id));
  }
}
