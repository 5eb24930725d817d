import { type DynamicModule, Module } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { DeadLettersModule } from '#features/dead-letters';
import { ClientKeysModule } from '#features/client-keys';
import { EvidenceModule } from '#features/evidence';
import { IncidentsModule } from '#features/incidents';
import { IntakeModule } from '#features/intake';
import { ExportsModule } from '#features/exports';
import { ImportsModule } from '#features/imports';
import { PublicLogModule } from '#features/public-log';
import { SourceStatusModule } from '#features/source-status';
import { SourcesModule } from '#features/sources';
import { VerificationModule } from '#features/verification';
import { HealthModule, PlatformModule, type ServerConfig } from '#platform';
import { AdaptersModule } from '../composition/adapters.module.js';

/** Everything that answers over HTTP. */
@Module({})
export class ApiModule {
  /** @param logTo where log lines go; default: standard output */
  static forRoot(config: ServerConfig, logTo?: DestinationStream): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        PlatformModule.forRoot(config, logTo),
        AdaptersModule,
        HealthModule.forRoot(),
        IntakeModule,
        VerificationModule,
        EvidenceModule,
        PublicLogModule,
        SourcesModule,
        ClientKeysModule,
        DeadLettersModule,
        IncidentsModule,
        SourceStatusModule,
        ImportsModule,
        ExportsModule,
      ],
    };
  }
}
