import { Injectable } from '@nestjs/common';
import { PAGE_LENGTH, WorkAnnouncer } from '#platform';
import { Clock, DeadLetters, SourceRegistry, type DeadLetter, type DeadLetterFilter } from '#ports';
import { unknownSource } from './dead-letters.errors.js';
import type { RetryRequest } from './dead-letters.requests.js';

/** Items put back in one transaction. */
const STEP = 1_000;

interface ListRequest {
  readonly source?: string | undefined;
  readonly code?: string | undefined;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** What a retry did, or would do. */
export interface RetryResult {
  /** Dead letters that the filter matched before. */
  readonly matching: number;
  readonly retried: number;
  /** Those that died later were left alone: say it again, and what dies again is not retried for ever. */
  readonly diedBefore: string;
}

/** Shows dead letters, and puts them back into the inbox. */
@Injectable()
export class DeadLettersService {
  constructor(
    private readonly deadLetters: DeadLetters,
    private readonly sources: SourceRegistry,
    private readonly announcer: WorkAnnouncer,
    private readonly clock: Clock,
  ) {}

  /** Newest first. */
  async list({ source, code, before, limit = PAGE_LENGTH }: ListRequest): Promise<readonly DeadLetter[]> {
    return this.deadLetters.list({ sourceId: await this.idOf(source), code }, limit, before);
  }

  counts(): ReturnType<DeadLetters['count']> {
    return this.deadLetters.count({});
  }

  /** Retrying what waits already, or became a record version, changes nothing. */
  async retry(request: RetryRequest): Promise<RetryResult> {
    const diedBefore = request.diedBefore ?? this.clock.now().toISOString();
    const filter = {
      ids: request.ids,
      sourceId: await this.idOf(request.source),
      code: request.code,
      diedBefore: new Date(diedBefore),
    };
    const counts = await this.deadLetters.count(filter);
    const matching = counts.reduce((sum, { count }) => sum + count, 0);
    const retried = request.dryRun ? 0 : await this.putBack(filter, request.limit);
    return { matching, retried, diedBefore };
  }

  private async putBack(filter: DeadLetterFilter, limit: number): Promise<number> {
    let retried = 0;
    while (retried < limit) {
      const ids = await this.deadLetters.retry(filter, Math.min(STEP, limit - retried));
      if (ids.length === 0) break;
      // A crash here loses nothing: they wait, and the sweeper queues what no job names.
      this.announcer.announce(ids);
      retried += ids.length;
    }
    return retried;
  }

  private async idOf(name: string | undefined): Promise<number | undefined> {
    if (name === undefined) return undefined;
    const source = await this.sources.find(name);
    if (!source) throw unknownSource();
    return source.id;
  }
}
