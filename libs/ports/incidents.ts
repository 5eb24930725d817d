/** What should not be: a source that contradicts the log. */
export type IncidentKind =
  /** A version was told of with other content than the one on record. */
  | 'content-mismatch'
  /** The source now holds something else than the log says it held under the same version. */
  | 'drift'
  /** The source no longer has, and never deleted, what the log says it holds. */
  | 'vanished';

export interface Incident {
  readonly id: number;
  readonly source: string;
  readonly kind: IncidentKind;
  readonly type: string;
  readonly resourceId: string;
  readonly version: string;
  readonly recordId: number;
  /** Names of the elements that differ, sorted. */
  readonly elements: readonly string[];
  readonly foundAt: Date;
  readonly seenLastAt: Date;
  /** How often it was seen. */
  readonly seen: number;
  readonly closedAt: Date | undefined;
}

/** An incident to be raised; the same one again is counted, not doubled. */
export interface NewIncident {
  readonly sourceId: number;
  readonly kind: IncidentKind;
  readonly recordId: number;
  /** Digest of the exact view of what was found instead: 32 bytes; undefined where nothing was found. */
  readonly found: Uint8Array | undefined;
  readonly elements: readonly string[];
}

export interface IncidentFilter {
  readonly sourceId?: number | undefined;
  readonly kind?: IncidentKind | undefined;
  /** Only those that are open, or only those that are closed. */
  readonly open?: boolean | undefined;
}

/** Incidents: raised once, kept for good, closed by an operator. */
export abstract class Incidents {
  /** Answers how many were new. */
  abstract raise(incidents: readonly NewIncident[]): Promise<number>;
  /** Newest first, those with an id below `before`. */
  abstract list(filter: IncidentFilter, limit: number, before?: number): Promise<readonly Incident[]>;
  abstract close(ids: readonly number[]): Promise<number>;
  /** Open ones of each source and kind. */
  abstract open(): Promise<
    readonly { readonly source: string; readonly kind: IncidentKind; readonly count: number }[]
  >;
}
