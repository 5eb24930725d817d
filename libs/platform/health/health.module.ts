import { type DynamicModule, Module, type ModuleMetadata } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.js';
import { Readiness } from './readiness.js';
import { Standing } from './standing.js';
import { StandingMetrics } from './standing-metrics.js';

/** `GET /health/live` and `GET /health/ready`, and the same facts as metrics. */
@Module({})
export class HealthModule {
  /** @param imports modules that export Inbox, LogStore, AnchorStore and JobQueue, unless they are global */
  static forRoot(imports: NonNullable<ModuleMetadata['imports']> = []): DynamicModule {
    return {
      module: HealthModule,
      // Each probe of a failing process would log a line; what fails is in the answer and in the metrics.
      imports: [TerminusModule.forRoot({ logger: false }), ...imports],
      controllers: [HealthController],
      providers: [Readiness, Standing, StandingMetrics],
    };
  }
}
