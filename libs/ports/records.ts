import type { ElementLeaf, Interaction, Statement } from '#core';

/** How the content of a record version was obtained. */
export type Obtained =
  /** From the body of a signed notification, or over a connection that we opened. */
  | 'notified'
  /** Read from the source after a notification named it. */
  | 'read'
  /** From the source's history. */
  | 'history'
  /** From the source's search results. */
  | 'search'
  /** From a file that the source exported. */
  | 'export'
  /** From a file that an operator gave. */
  | 'import';

/** A record version about to be stored: its statement with all that opens it. */
export interface NewRecordVersion {
  readonly sourceId: number;
  readonly statement: Statement;
  /** SHA-256 of the statement: 32 bytes, the entry's content. */
  readonly commitment: Uint8Array;
  /** 32 random bytes, from which every salt of this record version derives. */
  readonly recordSalt: Uint8Array;
  /** View digests, 32 bytes each; undefined for a delete. */
  readonly views: ViewDigests | undefined;
  readonly elements: readonly ElementLeaf[];
  readonly obtained: Obtained;
  /** Leaves of the same content under another record version's salt, to name what differs; undefined for a delete. */
  readonly leavesUnder: ((recordSalt: Uint8Array) => readonly ElementLeaf[]) | undefined;
  /** What structure validation found: codes and paths, never content. */
  readonly warnings: readonly string[];
  /** Whether the version before this one should be known too; if not, the history is asked for. */
  readonly expectsPredecessor: boolean;
}

export interface ViewDigests {
  readonly exact: Uint8Array;
  readonly portable: Uint8Array;
}

/** A record version by name, without its content. */
export interface RecordSummary {
  readonly recordId: number;
  readonly source: { readonly id: number; readonly name: string; readonly base: string };
  readonly type: string;
  readonly id: string;
  readonly version: string;
  readonly interaction: Interaction;
  /** As the source wrote it. */
  readonly lastUpdated: string | undefined;
  readonly observed: Date;
  readonly obtained: Obtained;
  readonly warnings: readonly string[];
  /** The entry's index in the log; undefined while it waits to be sequenced. */
  readonly index: number | undefined;
  /** Whether a newer version of the same resource is known, and whether the newest one is a deletion. */
  readonly standing: 'current' | 'superseded' | 'deleted';
}

/** A record version with all that opens it: what evidence and comparisons are made from. */
export interface StoredRecord extends RecordSummary {
  readonly statement: Statement;
  readonly recordSalt: Uint8Array;
  readonly elements: readonly ElementLeaf[];
}

/** How a stored record version agrees with a resource's digests. */
export interface DigestMatch {
  readonly view: 'exact' | 'portable';
  readonly record: RecordSummary;
  /** How many other record versions share the digest. */
  readonly others: number;
}

/** A question for {@link RecordStore.match}: which record version agrees with these digests? */
export interface DigestQuery {
  readonly exact: Uint8Array;
  /** One portable digest for each source base that the resource's references may begin with; at least one. */
  readonly portable: readonly Uint8Array[];
  /** Prefers, among several that agree, the record version of this type and id. */
  readonly type: string;
  readonly id: string | undefined;
}

/** Record versions, as verification reads them. Writing happens by {@link Inbox.settle}. */
export abstract class RecordStore {
  /**
   * The best record version for each question, in the same order: `exact` before `portable`, then the same type and
   * id, then current before superseded, then the newest. One round trip whatever the number of questions.
   */
  abstract match(queries: readonly DigestQuery[]): Promise<readonly (DigestMatch | undefined)[]>;
  /** Versions of a resource by type and id at any source, or at `source` (its name), newest first. */
  abstract versions(key: {
    readonly source?: string;
    readonly type: string;
    readonly id: string;
    readonly limit: number;
  }): Promise<readonly RecordSummary[]>;
  abstract open(recordIds: readonly number[]): Promise<readonly StoredRecord[]>;
  abstract atIndex(index: number): Promise<StoredRecord | undefined>;
}
