/** The newest known version of a resource, to be compared with what its source holds. */
export interface ResourceToCheck {
  readonly type: string;
  readonly id: string;
  readonly recordId: number;
}

/** How much of a source's estate was compared with it. */
export interface CheckCoverage {
  /** Resources that the log knows and does not know to be deleted. */
  readonly resources: number;
  /** Those of them that were checked since the time asked for. */
  readonly checked: number;
  readonly lastCheckAt: Date | undefined;
}

/** When each resource was last compared with its source. */
export abstract class ResourceChecks {
  /** Resources that were never checked, then those checked longest ago, all before `before`. */
  abstract next(sourceId: number, before: Date, limit: number): Promise<readonly ResourceToCheck[]>;
  abstract checked(sourceId: number, resources: readonly ResourceToCheck[]): Promise<void>;
  abstract coverage(sourceId: number, since: Date): Promise<CheckCoverage>;
}
