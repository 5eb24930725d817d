import { Injectable } from '@nestjs/common';
import { countNdjsonLines, sha256, toHex, utf8 } from '#core';
import { WorkAnnouncer } from '#platform';
import {
  encodeNotification,
  Inbox,
  notificationContext,
  Sealer,
  SourceRegistry,
  SourceTasks,
  type Source,
  type TaskLease,
} from '#ports';
import type { ImportChunk, ImportStart } from './import-requests.js';
import { formatState, idOf, parseState, taskOf, type ImportState, type ShownImport } from './import-state.js';
import { busy, tooMuchWaits, unknownImport, unknownSource } from './imports.errors.js';

/** For one request; another goes on that much after a crash. */
const LEASE_MS = 10_000;
/** An import is due whenever somebody sends more of it, whatever the clocks say. */
const ALWAYS_DUE = new Date(0);
/** Chunks of one import that may wait for the workers: some seconds of work. */
const WAITING_CHUNKS = 48;
/** Hexadecimal digits of an import's id. */
const ID_LENGTH = 24;

/** Takes files in, chunk by chunk: each is durable, with the position after it, before it is acknowledged. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly sources: SourceRegistry,
    private readonly tasks: SourceTasks,
    private readonly inbox: Inbox,
    private readonly sealer: Sealer,
    private readonly announcer: WorkAnnouncer,
  ) {}

  /** Begins an import, or finds the one that was begun with the same fingerprint. */
  async start(sourceName: string, { fingerprint, ...file }: ImportStart): Promise<ShownImport> {
    const source = await this.source(sourceName);
    const id = toHex(sha256(utf8(fingerprint))).slice(0, ID_LENGTH);
    const state = await this.leased(source, id, (_, known) =>
      Promise.resolve(known ?? { ...file, position: 0, lines: 0, skipped: 0, finished: false }),
    );
    return this.shown(source, id, state);
  }

  /** Takes a chunk that begins where the import stands; any other changes nothing. */
  async take(sourceName: string, id: string, chunk: ImportChunk): Promise<ShownImport> {
    const { source, state } = await this.known(sourceName, id);
    if (state.finished || chunk.at !== state.position) return this.shown(source, id, state);
    const { waiting } = await this.tasks.yielded(source.id, taskOf(id));
    if (waiting >= WAITING_CHUNKS) throw tooMuchWaits();
    const next = await this.leased(source, id, (lease, now = state) =>
      now.finished || now.position !== chunk.at
        ? Promise.resolve(now)
        : this.accept(source, lease, now, chunk),
    );
    return this.shown(source, id, next);
  }

  /** Nothing more comes of this file. */
  async finish(sourceName: string, id: string): Promise<ShownImport> {
    const { source } = await this.known(sourceName, id);
    const state = await this.leased(source, id, (_, now) => Promise.resolve({ ...now!, finished: true }));
    return this.shown(source, id, state);
  }

  async find(sourceName: string, id: string): Promise<ShownImport> {
    const { source, state } = await this.known(sourceName, id);
    return this.shown(source, id, state);
  }

  async list(sourceName: string): Promise<readonly ShownImport[]> {
    const source = await this.source(sourceName);
    const states = await this.tasks.states({ sourceId: source.id });
    // Positions of other tasks are written in other ways.
    const begun = states.flatMap(({ task, position }) => {
      const id = idOf(task);
      const state = id === undefined ? undefined : parseState(position);
      return id !== undefined && state ? [{ id, state }] : [];
    });
    return Promise.all(begun.map(({ id, state }) => this.shown(source, id, state)));
  }

  private async accept(
    source: Source,
    lease: TaskLease,
    state: ImportState,
    { to, body }: ImportChunk,
  ): Promise<ImportState> {
    const lines = countNdjsonLines(body);
    const next = {
      ...state,
      position: to,
      lines: state.lines + lines,
      skipped: state.skipped + (body.length === 0 ? 1 : 0),
    };
    const content = encodeNotification({ hint: { via: 'import' }, body });
    const sealedBody = this.sealer.seal(content, notificationContext(source.id));
    const notifications = lines === 0 ? [] : [{ sourceId: source.id, sealedBody }];
    const items = await this.inbox.accept(notifications, { lease, position: formatState(next) });
    // A crash here loses nothing: the chunk is durable with its position, and the sweeper queues what no job names.
    this.announcer.announce(items);
    return next;
  }

  /** Works on an import while no other request does, and keeps the state that this leads to. */
  private async leased(
    source: Source,
    id: string,
    work: (lease: TaskLease, state: ImportState | undefined) => Promise<ImportState>,
  ): Promise<ImportState> {
    const lease = await this.tasks.lease(source.id, taskOf(id), LEASE_MS);
    if (!lease) throw busy();
    try {
      const state = await work(lease, parseState(lease.position));
      await this.tasks.release(lease, { nextAt: ALWAYS_DUE, position: formatState(state) });
      return state;
    } catch (error) {
      await this.tasks.release(lease, { nextAt: ALWAYS_DUE });
      throw error;
    }
  }

  private async known(
    sourceName: string,
    id: string,
  ): Promise<{ readonly source: Source; readonly state: ImportState }> {
    const source = await this.source(sourceName);
    const [task] = await this.tasks.states({ sourceId: source.id, task: taskOf(id) });
    const state = parseState(task?.position);
    if (!state) throw unknownImport();
    return { source, state };
  }

  private async source(name: string): Promise<Source> {
    const source = await this.sources.find(name);
    if (!source) throw unknownSource();
    return source;
  }

  private async shown(source: Source, id: string, state: ImportState): Promise<ShownImport> {
    return { id, ...state, ...(await this.tasks.yielded(source.id, taskOf(id))) };
  }
}
