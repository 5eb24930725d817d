import type { Source } from './source.js';

/** What a source says of one resource, or of one version of it. */
export type SourceAnswer =
  | { readonly state: 'present'; readonly body: Uint8Array }
  /** Deleted, with the version that the deletion made. */
  | { readonly state: 'deleted'; readonly versionId: string; readonly lastUpdated: string | undefined }
  | { readonly state: 'unknown' };

/** Whose history: of one resource, of a type, or of the whole server. */
export interface HistoryScope {
  readonly type?: string;
  /** Only with a type. */
  readonly id?: string;
}

/** Where to begin: at a time, or at a page that an earlier answer named. */
export interface PageStart {
  readonly since?: Date | undefined;
  readonly page?: string | undefined;
}

/** One page of a Bundle, as its bytes came. */
export interface SourcePage {
  readonly body: Uint8Array;
  /** Where the next page is, to go on from after an interruption; undefined on the last one. */
  readonly next: string | undefined;
  /** The source's own time when it answered, to the second; undefined where it does not tell. */
  readonly answeredAt: Date | undefined;
}

/**
 * One FHIR server, asked as a client. Throws PortError SOURCE.UNAVAILABLE (retry, or slow down when it says so),
 * SOURCE.REFUSED (stop: the source will not, or we must not ask there), SOURCE.UNSUPPORTED (stop: it has no such
 * interaction), SOURCE.PAGE_GONE (stop: it no longer keeps the page to go on from, so begin again) or SOURCE.MALFORMED
 * (stop: an answer, or a type and id to ask for, that FHIR does not allow).
 */
export abstract class FhirSource {
  /** Reads the current version of a resource; a deletion is confirmed by 410 and dated from its history. */
  abstract read(source: Source, type: string, id: string): Promise<SourceAnswer>;
  /** Reads one version (vread); `unknown` when the source has, or says, no such version. */
  abstract readVersion(source: Source, type: string, id: string, versionId: string): Promise<SourceAnswer>;
  /** History Bundles, newest versions first as FHIR has it, page by page. */
  abstract history(source: Source, scope: HistoryScope, start?: PageStart): AsyncIterable<SourcePage>;
  /** Searchset Bundles of the resources of a type whose current version is from `start.since` or later. */
  abstract changed(source: Source, type: string, start: PageStart): AsyncIterable<SourcePage>;
  /** Notification Bundles of the events numbered `from` to `to`: operation `$events` of a Subscription. */
  abstract events(source: Source, subscription: string, from: number, to: number): AsyncIterable<SourcePage>;
}
