import { randomUUID } from 'node:crypto';
import { stringifyLossless } from '../fhir/lossless-json.js';
import type { FhirStore } from '../fhir/fhir.store.js';
import type { ResourceVersion } from '../fhir/version-store.js';

/** What an export is asked for, https://hl7.org/fhir/uv/bulkdata/export.html#query-parameters */
export interface ExportQuery {
  /** All types, when empty. */
  readonly types: readonly string[];
  /** FHIR instant. */
  readonly since: string | undefined;
  /** The URL of the kick-off. */
  readonly request: string;
}

/** A file of an export, one resource a line. */
interface ExportFile {
  readonly type: string;
  readonly lines: readonly string[];
}

export interface Export {
  readonly transactionTime: string;
  readonly request: string;
  readonly output: readonly ExportFile[];
  /** Transaction Bundles of DELETE entries; only with `since`. */
  readonly deleted: readonly ExportFile[];
  /** How often its status was asked for. */
  asked: number;
}

/** Exports of everything that the server holds, each as of the moment at which it was asked for. */
export class BulkExports {
  private readonly exports = new Map<string, Export>();

  /** @param fileSize resources in one file, at most */
  constructor(
    private readonly store: FhirStore,
    private readonly fileSize: number,
  ) {}

  /** Starts one, between two writes; answers its id. */
  start(query: ExportQuery): Promise<string> {
    return this.store.exclusive(() => Promise.resolve(this.snapshot(query)));
  }

  find(id: string): Export | undefined {
    return this.exports.get(id);
  }

  /** Answers whether there was one. */
  remove(id: string): boolean {
    return this.exports.delete(id);
  }

  private snapshot({ types, since, request }: ExportQuery): string {
    const from = since === undefined ? -Infinity : Date.parse(since);
    const wanted = this.store.versions
      .newestOfAll()
      .filter(({ type, lastUpdated }) => isWanted(type, types) && Date.parse(lastUpdated) > from);
    const held = wanted.filter(({ resource }) => resource !== undefined);
    const deleted = since === undefined ? [] : wanted.filter(({ resource }) => resource === undefined);
    const id = randomUUID();
    this.exports.set(id, {
      transactionTime: new Date().toISOString(),
      request,
      output: this.filesByType(held),
      deleted: this.filesOf('Bundle', deleted.map(deletionLine)),
      asked: 0,
    });
    return id;
  }

  private filesByType(held: readonly ResourceVersion[]): readonly ExportFile[] {
    const lines = new Map<string, string[]>();
    for (const { type, resource } of held) {
      const ofType = lines.get(type) ?? [];
      ofType.push(stringifyLossless(resource));
      lines.set(type, ofType);
    }
    return [...lines].flatMap(([type, ofType]) => this.filesOf(type, ofType));
  }

  private filesOf(type: string, lines: readonly string[]): ExportFile[] {
    const files: ExportFile[] = [];
    for (let start = 0; start < lines.length; start += this.fileSize)
      files.push({ type, lines: lines.slice(start, start + this.fileSize) });
    return files;
  }
}

/** Subscriptions are the server's own affair. */
function isWanted(type: string, types: readonly string[]): boolean {
  return types.length === 0 ? type !== 'Subscription' : types.includes(type);
}

function deletionLine({ type, id }: ResourceVersion): string {
  const request = { method: 'DELETE', url: `${type}/${id}` };
  return JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry: [{ request }] });
}
