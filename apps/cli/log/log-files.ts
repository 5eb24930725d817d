/** The static files of a log, wherever they lie (C2SP tlog-tiles). */
export interface LogFiles {
  /** Where they lie, for people. */
  readonly place: string;
  /**
   * The bytes at a path below the log's prefix; undefined where there are none. Reads little further than `maxBytes`:
   * a longer file comes cut short, but longer than that. Throws LOG.UNREACHABLE.
   */
  read(path: string, maxBytes: number): Promise<Uint8Array | undefined>;
}
