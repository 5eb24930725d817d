import { type DynamicModule, Module } from '@nestjs/common';
import type { DestinationStream } from 'pino';
import { AnchoringModule } from '#features/anchoring';
import { DriftWatchModule } from '#features/drift-watch';
import { ExportWorkerModule } from '#features/exports';
import { IncidentWatchModule } from '#features/incidents';
import { ListeningModule } from '#features/listening';
import { NormalisationModule } from '#features/normalisation';
import { ReconciliationModule } from '#features/reconciliation';
import { SequencingModule } from '#features/sequencing';
import { WitnessingModule } from '#features/witnessing';
import { SupervisionModule } from '#features/sources';
import { HealthModule, PlatformModule, type ServerConfig } from '#platform';
import { AdaptersModule } from '../composition/adapters.module.js';
import { LedgersModule } from '../composition/ledgers.module.js';
import { WitnessesModule } from '../composition/witnesses.module.js';

/** Everything that works on jobs. */
@Module({})
export class WorkerModule {
  /** @param logTo where log lines go; default: standard output */
  static forRoot(config: ServerConfig, logTo?: DestinationStream): DynamicModule {
    return {
      module: WorkerModule,
      imports: [
        PlatformModule.forRoot(config, logTo),
        AdaptersModule,
        LedgersModule,
        WitnessesModule,
        HealthModule.forRoot(),
        NormalisationModule,
        ReconciliationModule,
        SupervisionModule,
        SequencingModule,
        WitnessingModule,
        AnchoringModule,
        IncidentWatchModule,
        DriftWatchModule,
        ExportWorkerModule,
        ListeningModule,
      ],
    };
  }
}
