import { setTimeout as pause } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { countNdjsonLines, ndjsonChunks, skipBytes, type NdjsonChunk } from '#core';
import { CONFIG, WorkAnnouncer, type ServerConfig, type TaskRun } from '#platform';
import {
  BulkExport,
  encodeNotification,
  Inbox,
  notificationContext,
  Sealer,
  SourceTasks,
  type ExportFile,
  type Source,
} from '#ports';
import { formatState, type ExportState } from './export-state.js';

/** Chunks that may wait for the workers: some seconds of work. */
const WAITING_CHUNKS = 48;
const WAIT_MS = 500;

/** Brings the files of an export into the inbox: each chunk is durable with the position after it. */
@Injectable()
export class ExportFetcher {
  private readonly maxLineBytes: number;

  constructor(
    private readonly bulk: BulkExport,
    private readonly inbox: Inbox,
    private readonly tasks: SourceTasks,
    private readonly sealer: Sealer,
    private readonly announcer: WorkAnnouncer,
    @Inject(CONFIG) { intake }: Pick<ServerConfig, 'intake'>,
  ) {
    this.maxLineBytes = intake.maxBodyBytes;
  }

  /** Goes on where `state` stands; answers where it stands afterwards. A file that was begun is downloaded again. */
  async fetch(
    source: Source,
    run: TaskRun,
    state: ExportState,
    files: readonly ExportFile[],
  ): Promise<ExportState> {
    let now = state;
    for (const file of files.slice(state.file)) {
      const content = skipBytes(now.offset, this.bulk.download(source, file));
      for await (const chunk of ndjsonChunks(content, now.offset, this.maxLineBytes))
        now = await this.take(source, run, now, chunk);
      now = { ...now, file: now.file + 1, offset: 0 };
      await run.advance(formatState(now));
    }
    return now;
  }

  private async take(
    source: Source,
    run: TaskRun,
    state: ExportState,
    { to, body }: NdjsonChunk,
  ): Promise<ExportState> {
    await this.roomFor(source, run);
    const lines = countNdjsonLines(body);
    const skipped = state.skipped + (body.length === 0 ? 1 : 0);
    const next = { ...state, offset: to, lines: state.lines + lines, skipped };
    const content = encodeNotification({ hint: { via: 'export' }, body });
    const sealedBody = this.sealer.seal(content, notificationContext(source.id));
    const notifications = lines === 0 ? [] : [{ sourceId: source.id, sealedBody }];
    const items = await this.inbox.accept(notifications, {
      lease: run.lease,
      position: formatState(next),
    });
    // A crash here loses nothing: the chunk is durable with its position, and the sweeper queues what no job names.
    this.announcer.announce(items);
    return next;
  }

  private async roomFor(source: Source, { signal }: TaskRun): Promise<void> {
    signal.throwIfAborted();
    while ((await this.tasks.yielded(source.id, 'export')).waiting >= WAITING_CHUNKS)
      await pause(WAIT_MS, undefined, { signal });
  }
}
