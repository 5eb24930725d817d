import { Injectable } from '@nestjs/common';
import { Clock, FhirSource, PortError, type Source } from '#ports';
import { pageFacts } from './page-facts.js';
import { typesOf } from './window.js';

/** Tells the time of sources, as far as their answers do. */
@Injectable()
export class SourceClock {
  constructor(
    private readonly fhir: FhirSource,
    private readonly clock: Clock,
  ) {}

  /**
   * A time of ours by the source's clock, where that is behind; the first window must not begin in its future. Throws
   * PortError SOURCE.UNAVAILABLE.
   */
  async behind(source: Source, time: Date): Promise<Date> {
    const asked = this.clock.now();
    const answered = await this.answeredAt(source, asked);
    const behindMs = answered === undefined ? 0 : Math.max(0, asked.getTime() - answered.getTime());
    return new Date(time.getTime() - behindMs);
  }

  private async answeredAt(source: Source, since: Date): Promise<Date | undefined> {
    const [type] = typesOf(source);
    try {
      for await (const page of this.fhir.changed(source, type!, { since })) {
        const { answeredAt } = pageFacts(page);
        return answeredAt === undefined ? undefined : new Date(answeredAt);
      }
    } catch (error) {
      // What a source does not tell is found out window by window.
      if (!(error instanceof PortError) || error.advice !== 'stop') throw error;
    }
    return undefined;
  }
}
