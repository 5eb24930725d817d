import type { TileCoordinate, TileReader } from '#core';
import { PortError } from './errors.js';

/** A commitment that waits for its index. */
export interface PendingCommitment {
  readonly recordId: number;
  readonly commitment: Uint8Array;
}

/** The log as it stands. */
export interface LogHead {
  readonly size: number;
  /** RFC 6962 tree hash of the entries: 32 bytes. */
  readonly root: Uint8Array;
  /** The signed note, with the cosignatures known so far. */
  readonly note: string;
  readonly signedAt: Date;
}

/** What one sequencing pass adds: all of it becomes visible at once, or none of it. */
export interface LogExtension {
  /** In the order of their indexes, beginning at the old size. */
  readonly entries: readonly PendingCommitment[];
  /** New content of each tile that changed; a partial tile's content is a prefix of its later content. */
  readonly tiles: readonly { readonly level: number; readonly n: number; readonly hashes: Uint8Array }[];
  readonly head: LogHead;
}

/** Makes an extension out of the head (undefined for the empty log) and the waiting commitments. */
export type ExtendLog = (
  head: LogHead | undefined,
  pending: readonly PendingCommitment[],
  tiles: readonly (Uint8Array | undefined)[],
) => LogExtension;

/** The append-only log: tiles, entries and checkpoints. */
export abstract class LogStore {
  /**
   * One sequencing pass: takes the log's lock in the database, reads the head and up to `limit` waiting commitments
   * in the order of their record ids, reads the tiles that `edge` names, calls `extend`, and commits what it answers.
   * Answers undefined, without calling, when nothing waits.
   */
  abstract sequence(
    limit: number,
    edge: (size: number) => readonly TileCoordinate[],
    extend: ExtendLog,
  ): Promise<LogHead | undefined>;
  abstract head(): Promise<LogHead | undefined>;
  /** The checkpoint of exactly that size, if one was published. */
  abstract headAt(size: number): Promise<LogHead | undefined>;
  /** The newest checkpoint that enough witnesses had cosigned when `cosign` was told so. */
  abstract witnessedHead(): Promise<LogHead | undefined>;
  /**
   * Adds signature lines to the note of the checkpoint of exactly that size, whoever else does so at the same time;
   * lines that it has are not added again. `isWitnessed` says whether, with them, enough witnesses have cosigned: that
   * stays. Answers the checkpoint; undefined when none of that size was published. Throws CoreError NOTE.MALFORMED.
   */
  abstract cosign(
    size: number,
    lines: readonly string[],
    isWitnessed: (note: string) => boolean,
  ): Promise<LogHead | undefined>;
  /** Hashes of tiles (32 bytes each, as many as the tile holds now); undefined where there is no such tile. */
  abstract tiles(
    coordinates: readonly { level: number; n: number }[],
  ): Promise<readonly (Uint8Array | undefined)[]>;
  /** The commitments of indexes `from` (inclusive) to `to` (exclusive), in order. */
  abstract entries(from: number, to: number): Promise<readonly Uint8Array[]>;
  abstract facts(): Promise<{ pending: number; oldestPending: Date | undefined }>;
}

/** Reads the tiles that a proof needs, as the core's proof functions take them. Throws PortError LOG.MISSING_TILE. */
export async function readTiles(log: LogStore, coordinates: readonly TileCoordinate[]): Promise<TileReader> {
  const tiles = await log.tiles(coordinates);
  const byPlace = new Map(coordinates.map(({ level, n }, at) => [`${level}/${n}`, tiles[at]]));
  return ({ level, n }) => {
    const tile = byPlace.get(`${level}/${n}`);
    if (!tile) throw new PortError('LOG.MISSING_TILE', `the log has no tile ${level}/${n}`, 'stop');
    return tile;
  };
}
