import { Injectable } from '@nestjs/common';
import type { TaskOutcome, TaskRun } from '#platform';
import { BulkExport, PortError, SourceTasks, type ExportProgress, type Source } from '#ports';
import { ExportFetcher } from './export-fetcher.js';
import { formatState, parseState, type ExportState } from './export-state.js';

type Complete = Extract<ExportProgress, { state: 'complete' }>;

/** Takes one export as far as it goes: kicked off, waited for, fetched, ended. Each step is durable before the next. */
@Injectable()
export class ExportRun {
  constructor(
    private readonly bulk: BulkExport,
    private readonly fetcher: ExportFetcher,
    private readonly tasks: SourceTasks,
  ) {}

  /** Throws as {@link BulkExport} does: then the same step is tried again, later. */
  async run(source: Source, run: TaskRun): Promise<TaskOutcome> {
    const state = parseState(run.lease.position);
    if (!state || state.phase === 'done') return {};
    const statusUrl = state.statusUrl ?? (await this.bulk.start(source, wantedOf(state)));
    // A crash before this leaves the source with an export that nobody fetches, which it deletes in its time.
    const running: ExportState = state.statusUrl ? state : { ...state, phase: 'running', statusUrl };
    await run.advance(formatState(running));
    const progress = await this.bulk.progress(source, statusUrl);
    if (progress.state === 'running') {
      const position = formatState({ ...running, progress: progress.progress });
      return { position, againInMs: progress.retryAfterMs };
    }
    return { position: formatState(await this.fetch(source, run, running, progress)) };
  }

  private async fetch(
    source: Source,
    run: TaskRun,
    state: ExportState,
    { transactionTime, output, deleted, errors }: Complete,
  ): Promise<ExportState> {
    const files = [...output, ...deleted];
    const { statusUrl, progress: _, ...rest } = state;
    const begun: ExportState = {
      ...rest,
      statusUrl,
      phase: 'fetching',
      transactionTime,
      errors,
      files: files.length,
    };
    const fetched = await this.fetcher.fetch(source, run, begun, files);
    const { statusUrl: _url, ...done } = { ...fetched, phase: 'done' as const };
    await run.advance(formatState(done));
    // A crash from here on leaves the source with files that it deletes in its time.
    await this.bulk.end(source, statusUrl!).catch(ignoreRefusal);
    // What changed since the export began is found by looking again now.
    await this.tasks.schedule(source.id, 'reconcile');
    return done;
  }
}

function wantedOf({ types, since }: ExportState): { types: readonly string[]; since: Date | undefined } {
  return { types, since: since === undefined ? undefined : new Date(since) };
}

/** Everything is here already. */
function ignoreRefusal(error: unknown): void {
  if (!(error instanceof PortError)) throw error;
}
