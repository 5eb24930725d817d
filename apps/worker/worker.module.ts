import { type DynamicModule, Module } from '@nestjs/common';
import { AnchoringModule } from '#features/anchoring';
import { NormalisationModule } from '#features/normalisation';
import { SequencingModule } from '#features/sequencing';
import { HealthModule, PlatformModule, type ServerConfig } from '#platform';
import { AdaptersModule } from '../composition/adapters.module.js';

/** Everything that works on jobs. */
@Module({})
export class WorkerModule {
  static forRoot(config: ServerConfig): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        PlatformModule.forRoot(config),
        AdaptersModule,
        HealthModule.forRoot(),
        NormalisationModule,
        SequencingModule,
        AnchoringModule,
      ],
    };
  }
}
