import {
  type Abstract,
  Global,
  Inject,
  Module,
  type OnApplicationShutdown,
  type Provider,
} from '@nestjs/common';
import {
  FhirRestBulkExport,
  FhirRestSource,
  FhirRestSubscriptions,
  SourceTransport,
} from '#adapters/fhir-rest';
import { loadKeys, type FileKeys } from '#adapters/keys-file';
import { connectPostgresQueue, connectRedisQueue } from '#adapters/queue-bullmq';
import {
  connectDatabase,
  migrate,
  PostgresAnchorStore,
  PostgresCatchUps,
  PostgresDeadLetters,
  PostgresInbox,
  PostgresIncidents,
  PostgresLogStore,
  PostgresRecordStore,
  PostgresResourceChecks,
  PostgresSourceFacts,
  PostgresSourceRegistry,
  PostgresSourceTasks,
  PostgresSubscriptionStore,
  type Database,
} from '#adapters/store-postgres';
import { MedplumStructureValidator } from '#adapters/validator-medplum';
import { CONFIG, Metrics, type ServerConfig } from '#platform';
import {
  AnchorStore,
  BulkExport,
  CatchUps,
  Channels,
  CheckpointSigner,
  ClientKeys,
  DeadLetters,
  FhirSource,
  Inbox,
  Incidents,
  JobQueue,
  LogStore,
  RecordStore,
  ResourceChecks,
  Sealer,
  SourceFactsReader,
  SourceRegistry,
  SourceSubscriptions,
  SourceTasks,
  StructureValidator,
  SubscriptionStore,
} from '#ports';
import { ChannelTable } from './channel-table.js';
import { FaultLog } from './fault-log.js';
import { measuredTransport } from './source-transport.js';
import { ownLog } from './own-log.js';

const DATABASE = Symbol('database');
const KEYS = Symbol('keys');

/** A port whose adapter works on the database. */
function onDatabase(
  provide: Abstract<unknown>,
  make: (database: Database, keys: FileKeys) => object,
): Provider {
  return { provide, useFactory: make, inject: [DATABASE, KEYS] };
}

/** A port whose adapter asks sources. */
function overTransport(provide: Abstract<unknown>, make: (transport: SourceTransport) => object): Provider {
  return { provide, useFactory: make, inject: [SourceTransport] };
}

const providers: Provider[] = [
  {
    provide: KEYS,
    useFactory: ({ data, log }: ServerConfig) => loadKeys(data, log.origin),
    inject: [CONFIG],
  },
  {
    provide: DATABASE,
    // Migrated before anything listens; several processes may start at once.
    useFactory: async ({ database: { url, poolSize } }: ServerConfig) => {
      const database = connectDatabase({ url, poolSize });
      await migrate(database);
      return database;
    },
    inject: [CONFIG],
  },
  { provide: Sealer, useFactory: (keys: FileKeys) => keys.sealer, inject: [KEYS] },
  { provide: CheckpointSigner, useFactory: (keys: FileKeys) => keys.checkpointSigner, inject: [KEYS] },
  { provide: ClientKeys, useFactory: (keys: FileKeys) => keys.clientKeys, inject: [KEYS] },
  onDatabase(SourceRegistry, (database, { sealer }) => new PostgresSourceRegistry(database, sealer)),
  onDatabase(Inbox, (database) => new PostgresInbox(database)),
  onDatabase(RecordStore, (database) => new PostgresRecordStore(database)),
  onDatabase(LogStore, (database, { checkpointSigner }) =>
    ownLog(new PostgresLogStore(database), checkpointSigner),
  ),
  onDatabase(AnchorStore, (database) => new PostgresAnchorStore(database)),
  onDatabase(CatchUps, (database) => new PostgresCatchUps(database)),
  onDatabase(SourceTasks, (database) => new PostgresSourceTasks(database)),
  onDatabase(SubscriptionStore, (database) => new PostgresSubscriptionStore(database)),
  onDatabase(DeadLetters, (database) => new PostgresDeadLetters(database)),
  onDatabase(Incidents, (database) => new PostgresIncidents(database)),
  onDatabase(ResourceChecks, (database) => new PostgresResourceChecks(database)),
  onDatabase(SourceFactsReader, (database) => new PostgresSourceFacts(database)),
  {
    provide: JobQueue,
    useFactory: ({ database, queue }: ServerConfig) => {
      const { report: onError } = new FaultLog('queue');
      return queue.redisUrl
        ? connectRedisQueue({ url: queue.redisUrl, onError })
        : connectPostgresQueue({ url: database.url, onError });
    },
    inject: [CONFIG],
  },
  { provide: StructureValidator, useFactory: () => new MedplumStructureValidator() },
  {
    provide: Channels,
    useFactory: (config: ServerConfig, subscriptions: SourceSubscriptions) =>
      new ChannelTable(config, subscriptions),
    inject: [CONFIG, SourceSubscriptions],
  },
  {
    provide: SourceTransport,
    useFactory: measuredTransport,
    inject: [Metrics, ClientKeys],
  },
  overTransport(FhirSource, (transport) => new FhirRestSource(transport)),
  overTransport(SourceSubscriptions, (transport) => new FhirRestSubscriptions(transport)),
  overTransport(BulkExport, (transport) => new FhirRestBulkExport(transport)),
];

/** The technology behind every port but the ledgers, chosen by the configuration; API and worker share it. */
@Global()
@Module({ providers, exports: providers })
export class AdaptersModule implements OnApplicationShutdown {
  constructor(
    private readonly queue: JobQueue,
    private readonly transport: SourceTransport,
    @Inject(DATABASE) private readonly database: Database,
  ) {}

  /** Last of all: whatever used them has stopped by then (see BeforeApplicationShutdown in the features). */
  async onApplicationShutdown(): Promise<void> {
    await this.queue.close();
    await this.transport.close();
    await this.database.destroy();
  }
}
