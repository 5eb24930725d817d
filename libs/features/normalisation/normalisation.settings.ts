/** What an operator may set about normalising. */
export abstract class NormalisationSettings {
  abstract readonly normaliseConcurrency: number;
  abstract readonly sweepIntervalMs: number;
  /** How long an item may wait before the sweeper queues it again. */
  abstract readonly overdueMs: number;
}
