import { type DynamicModule, Module } from '@nestjs/common';
import { EvidenceModule } from '#features/evidence';
import { IntakeModule } from '#features/intake';
import { PublicLogModule } from '#features/public-log';
import { SourcesModule } from '#features/sources';
import { VerificationModule } from '#features/verification';
import { HealthModule, PlatformModule, type ServerConfig } from '#platform';
import { AdaptersModule } from '../composition/adapters.module.js';

/** Everything that answers over HTTP. */
@Module({})
export class ApiModule {
  static forRoot(config: ServerConfig): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        PlatformModule.forRoot(config),
        AdaptersModule,
        HealthModule.forRoot(),
        IntakeModule,
        VerificationModule,
        EvidenceModule,
        PublicLogModule,
        SourcesModule,
      ],
    };
  }
}
