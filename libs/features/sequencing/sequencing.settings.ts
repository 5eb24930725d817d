/** What an operator may set about sequencing. */
export abstract class SequencingSettings {
  /** How close one checkpoint may follow another. */
  abstract readonly checkpointIntervalMs: number;
  /** Entries that one checkpoint may add. */
  abstract readonly batch: number;
  abstract readonly sweepIntervalMs: number;
}
