import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Metrics, OPEN } from '#platform';
import { Incidents, SourceRegistry } from '#ports';
import { INCIDENT_KINDS } from './incidents.requests.js';

/** Shows open incidents at `/metrics`; zero, too, so that an alert ends. */
@Injectable()
export class IncidentMetrics implements OnModuleInit {
  constructor(
    private readonly metrics: Metrics,
    private readonly incidents: Incidents,
    private readonly sources: SourceRegistry,
  ) {}

  onModuleInit(): void {
    const open = this.metrics.gauge(
      'incidents_open',
      'Incidents that nobody has closed, by source and kind',
      {
        // The declared sources.
        source: OPEN,
        kind: INCIDENT_KINDS,
      },
    );
    this.metrics.beforeReading(async () => {
      const [sources, counts] = await Promise.all([this.sources.list(), this.incidents.open()]);
      for (const { name: source } of sources)
        for (const kind of INCIDENT_KINDS) {
          const found = counts.find((one) => one.source === source && one.kind === kind);
          open.set({ source, kind }, found?.count ?? 0);
        }
    });
  }
}
