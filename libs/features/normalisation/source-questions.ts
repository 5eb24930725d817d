import { PortError, type FhirSource, type Source, type SourceAnswer } from '#ports';

/** Questions to sources during one pass. A source that does not answer one is not asked the others: they wait too. */
export class SourceQuestions {
  private readonly away = new Map<number, PortError>();

  constructor(private readonly fhir: FhirSource) {}

  /** Throws as {@link FhirSource.read} does. */
  read(source: Source, type: string, id: string): Promise<SourceAnswer> {
    return this.asking(source, () => this.fhir.read(source, type, id));
  }

  /** Throws as {@link FhirSource.readVersion} does. */
  readVersion(source: Source, type: string, id: string, version: string): Promise<SourceAnswer> {
    return this.asking(source, () => this.fhir.readVersion(source, type, id, version));
  }

  private async asking(source: Source, ask: () => Promise<SourceAnswer>): Promise<SourceAnswer> {
    const silence = this.away.get(source.id);
    if (silence) throw silence;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof PortError && error.advice !== 'stop') this.away.set(source.id, error);
      throw error;
    }
  }
}
