import type { CatchUpRequest } from './inbox.js';

/** A request that waits to be carried out. */
export interface CatchUp extends CatchUpRequest {
  readonly id: number;
  /** When it was asked for last: asking again while it is carried out keeps it. */
  readonly askedAt: Date;
  readonly attempts: number;
}

/** What has to be asked of sources again: durable, once for each resource and once for each source. */
export abstract class CatchUps {
  abstract ask(requests: readonly CatchUpRequest[]): Promise<void>;
  /** Those of a source that are due and were asked for before `before`, be it again since then; oldest first. */
  abstract due(sourceId: number, before: Date, limit: number): Promise<readonly CatchUp[]>;
  /** Carried out, as of the time that they were asked for. */
  abstract done(catchUps: readonly CatchUp[]): Promise<void>;
  /** Could not be carried out: due again at `notBefore`. @param code stable */
  abstract defer(catchUp: CatchUp, code: string, notBefore: Date): Promise<void>;
  /** How many wait, for each source that has any. */
  abstract waiting(): Promise<ReadonlyMap<number, number>>;
}
