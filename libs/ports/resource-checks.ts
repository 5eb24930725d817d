/** The newest known version of a resource, to be compared with what its source holds. */
export interface ResourceToCheck {
  readonly type: string;
  readonly id: string;
  readonly recordId: number;
}

/** How much of a source's estate was compared with it. */
export interface CheckCoverage {
  /** Resources that the log knows and does not know to be deleted, as far as the watch has come across them. */
  readonly resources: number;
  /** Those of them that were checked since the time asked for. */
  readonly checked: number;
  readonly lastCheckAt: Date | undefined;
}

/** When each resource was last compared with its source. */
export abstract class ResourceChecks {
  /**
   * Resources that were never looked at, then those looked at longest ago, all before `before`. Each call comes across
   * some more of the resources that are on record, until it has seen all, and begins again.
   */
  abstract next(sourceId: number, before: Date, limit: number): Promise<readonly ResourceToCheck[]>;
  /** Compared with the source, whatever that showed. */
  abstract checked(sourceId: number, resources: readonly ResourceToCheck[]): Promise<void>;
  /** Looked at, but the source gave nothing to compare with: others come first now. */
  abstract passedOver(sourceId: number, resources: readonly ResourceToCheck[]): Promise<void>;
  abstract coverage(sourceId: number, since: Date): Promise<CheckCoverage>;
}
