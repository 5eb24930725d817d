import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { DestinationStream } from 'pino';
import { Clock } from '#ports';
import { AccessModule } from './access/access.module.js';
import { ConfigModule } from './config/config.module.js';
import type { ServerConfig } from './config/config.schema.js';
import { ProblemFilter } from './http/problem.filter.js';
import { RequestObserver } from './http/request-observer.js';
import { RouteMethods } from './http/route-methods.js';
import { LoggingModule } from './logging/logging.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { SystemClock } from './system-clock.js';

/** Everything that a process of ours stands on: configuration, clock, log, metrics, permissions and error answers. */
@Global()
@Module({})
export class PlatformModule {
  /** @param logTo where log lines go; default: standard output */
  static forRoot(config: ServerConfig, logTo?: DestinationStream): DynamicModule {
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot(config),
        LoggingModule.forRoot(config.logging, logTo),
        MetricsModule,
        AccessModule,
      ],
      providers: [
        { provide: Clock, useClass: SystemClock },
        { provide: APP_FILTER, useClass: ProblemFilter },
        RouteMethods,
        RequestObserver,
      ],
      exports: [Clock],
    };
  }
}
