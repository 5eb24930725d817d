export { connectDatabase, type DatabaseOptions } from './connection.js';
export type { Database } from './database.types.js';
export { migrate, unmigrate } from './migrate.js';
export { PostgresAnchorStore } from './postgres-anchor-store.js';
export { PostgresInbox } from './postgres-inbox.js';
export { PostgresLogStore } from './postgres-log-store.js';
export { PostgresRecordStore } from './postgres-record-store.js';
export { PostgresSourceRegistry } from './postgres-source-registry.js';
