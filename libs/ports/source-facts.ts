/** What one source has sent, and what became of it. */
export interface SourceFacts {
  readonly sourceId: number;
  /** When something last came from it. */
  readonly lastEventAt: Date | undefined;
  readonly waiting: number;
  readonly oldestWaiting: Date | undefined;
  readonly records: number;
  readonly duplicates: number;
  readonly conflicts: number;
  readonly deadLetters: number;
  readonly gapsOpen: number;
  readonly gapsHealed: number;
  readonly catchUps: number;
  readonly incidentsOpen: number;
}

/** Figures for each source, read from the database. */
export abstract class SourceFactsReader {
  /** Of every source, or of one. */
  abstract facts(sourceId?: number): Promise<readonly SourceFacts[]>;
}
