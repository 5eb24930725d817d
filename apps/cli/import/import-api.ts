import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../frame/cli.errors.js';
import { askApi, sendToApi, type ApiOptions } from '../source/api-client.js';
import type { NdjsonChunk } from '#core';

/** An import as the API shows it. */
export interface ShownImport {
  readonly id: string;
  readonly position: number;
  readonly lines: number;
  readonly skipped: number;
  readonly finished: boolean;
  readonly waiting: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly dead: number;
  readonly unsequenced: number;
}

/** What became of a file. */
export interface ImportResult extends ShownImport {
  /** Of this run. */
  readonly seconds: number;
  /** Resources that became record versions, or were known, a second. */
  readonly perSecond: number;
}

const COUNTS = [
  ...['position', 'lines', 'skipped', 'waiting', 'stored', 'duplicates', 'conflicts', 'dead', 'unsequenced'],
] as const;

/** An API that was killed is given this long to come back. */
const PATIENCE_MS = 120_000;
/** The workers are behind, which passes however long it takes. */
const BEHIND = 'IMPORT.TOO_MUCH_WAITS';

/** Imports of one source, through the API; patient with one that is restarted, or has too much to do. */
export class ImportApi {
  private readonly path: string;

  constructor(
    private readonly options: ApiOptions,
    source: string,
  ) {
    this.path = `/v1/sources/${encodeURIComponent(source)}/imports`;
  }

  start(file: { name: string; bytes: number | undefined; fingerprint: string }): Promise<ShownImport> {
    return this.patiently(() => askApi(this.options, this.path, file));
  }

  take(id: string, { at, to, body }: NdjsonChunk): Promise<ShownImport> {
    const path = `${this.path}/${id}/chunks?at=${at}&to=${to}`;
    return this.patiently(() => sendToApi(this.options, path, 'application/fhir+ndjson', body));
  }

  finish(id: string): Promise<ShownImport> {
    return this.patiently(() => askApi(this.options, `${this.path}/${id}/finish`, {}));
  }

  find(id: string): Promise<ShownImport> {
    return this.patiently(() => askApi(this.options, `${this.path}/${id}`));
  }

  private async patiently(ask: () => Promise<unknown>): Promise<ShownImport> {
    const deadline = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return shownImport(await ask());
      } catch (error) {
        if (!(error instanceof CliError) || error.details.againInMs === undefined) throw error;
        if (error.code !== BEHIND && performance.now() > deadline) throw error;
        await pause(error.details.againInMs);
      }
    }
  }
}

/** Record versions that were taken, whether they were new or not. */
export function settledOf({ stored, duplicates, conflicts }: ShownImport): number {
  return stored + duplicates + conflicts;
}

function shownImport(answer: unknown): ShownImport {
  const shown = (answer ?? {}) as Partial<ShownImport> & Record<string, unknown>;
  if (typeof shown.id === 'string' && COUNTS.every((name) => typeof shown[name] === 'number'))
    return answer as ShownImport;
  throw new CliError('API.UNEXPECTED', 'the API answers with something that is not an import');
}
