import type { Source } from './source.js';

export interface ExportFile {
  readonly type: string;
  readonly url: string;
  /** Whether it is asked for with our access token (`requiresAccessToken`); presigned URLs are not. */
  readonly authorised: boolean;
}

/** How far an export has come. */
export type ExportProgress =
  | { readonly state: 'running'; readonly retryAfterMs: number; readonly progress: string | undefined }
  | {
      readonly state: 'complete';
      /** As the source wrote it: everything up to this time is in the files. */
      readonly transactionTime: string;
      readonly output: readonly ExportFile[];
      /** Files of transaction Bundles with DELETE entries. */
      readonly deleted: readonly ExportFile[];
      /** How many files of errors there are. */
      readonly errors: number;
    };

/**
 * Bulk Data export (https://hl7.org/fhir/uv/bulkdata/export.html). Throws as {@link FhirSource} does.
 */
export abstract class BulkExport {
  /** Kicks an export off; answers its status URL. */
  abstract start(
    source: Source,
    wanted: { readonly types: readonly string[]; readonly since?: Date | undefined },
  ): Promise<string>;
  abstract progress(source: Source, statusUrl: string): Promise<ExportProgress>;
  /** A file's bytes as they come, decompressed; one that breaks off ends with SOURCE.UNAVAILABLE. */
  abstract download(source: Source, file: ExportFile): AsyncIterable<Uint8Array>;
  /** Lets the source delete the files; harmless where it cannot. */
  abstract end(source: Source, statusUrl: string): Promise<void>;
}
