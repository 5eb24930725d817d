import { Injectable } from '@nestjs/common';
import { HttpProblem, PAGE_LENGTH } from '#platform';
import { Incidents, SourceRegistry, type Incident, type IncidentKind } from '#ports';

interface ListRequest {
  readonly source?: string | undefined;
  readonly kind?: IncidentKind | undefined;
  readonly open?: boolean | undefined;
  readonly before?: number | undefined;
  readonly limit?: number | undefined;
}

/** Shows incidents, and closes them. */
@Injectable()
export class IncidentsService {
  constructor(
    private readonly incidents: Incidents,
    private readonly sources: SourceRegistry,
  ) {}

  /** Newest first. */
  async list({
    source: name,
    kind,
    open,
    before,
    limit = PAGE_LENGTH,
  }: ListRequest): Promise<readonly Incident[]> {
    const source = name === undefined ? undefined : await this.sources.find(name);
    if (name !== undefined && !source)
      throw new HttpProblem(404, 'SOURCE.NOT_FOUND', 'No source of that name is declared.');
    return this.incidents.list({ sourceId: source?.id, kind, open }, limit, before);
  }

  /** Answers how many were open. */
  close(ids: readonly number[]): Promise<number> {
    return this.incidents.close(ids);
  }
}
