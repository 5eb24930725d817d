import { Injectable } from '@nestjs/common';
import { SourceRegistry, SourceTasks, type Source, type TaskState } from '#ports';
import type { ExportRequest } from './export-request.js';
import { formatState, parseState, wantedExport, type ShownExport } from './export-state.js';
import { noExport, underWay, unknownSource } from './exports.errors.js';

/** Has workers ask sources for exports, and says how these come along. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly tasks: SourceTasks,
  ) {}

  /** Asks for a new export, in place of one that has ended or failed. */
  async start(sourceName: string, { types, since }: ExportRequest): Promise<ShownExport> {
    const source = await this.source(sourceName);
    const task = await this.task(source);
    const state = parseState(task?.position);
    if (state && state.phase !== 'done' && task?.error === undefined) throw underWay();
    // Whoever still works on the one before loses it with this.
    await this.tasks.remove(source.id, 'export');
    const wanted = wantedExport(types ?? typesOf(source), since);
    await this.tasks.schedule(source.id, 'export', formatState(wanted));
    return this.find(sourceName);
  }

  async find(sourceName: string): Promise<ShownExport> {
    const source = await this.source(sourceName);
    const task = await this.task(source);
    const state = parseState(task?.position);
    if (!state) throw noExport();
    const { statusUrl: _url, offset: _offset, ...shown } = state;
    const { error } = task!;
    return {
      ...shown,
      ...(await this.tasks.yielded(source.id, 'export')),
      ...(error !== undefined && { error }),
    };
  }

  private async task({ id: sourceId }: Source): Promise<TaskState | undefined> {
    return (await this.tasks.states({ sourceId, task: 'export' }))[0];
  }

  private async source(name: string): Promise<Source> {
    const source = await this.sources.find(name);
    if (!source) throw unknownSource();
    return source;
  }
}

function typesOf({ criteria }: Source): readonly string[] {
  return [...new Set(criteria.map((criterion) => criterion.replace(/\?.*/, '')))];
}
