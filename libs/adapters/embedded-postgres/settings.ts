/** How the server runs. Durability is never traded: an acknowledged notification survives a power cut. */
const DURABILITY = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' };

/** A small machine, shared with everything else of Attestry. */
const SIZE = {
  max_connections: '60',
  shared_buffers: '64MB',
  effective_cache_size: '512MB',
  work_mem: '8MB',
  maintenance_work_mem: '64MB',
  max_wal_size: '1GB',
  max_parallel_workers_per_gather: '0',
  io_method: 'sync',
  jit: 'off',
  random_page_cost: '1.1',
  huge_pages: 'off',
};

/** No replicas of an embedded database: the shortest log, and no process to serve them. */
const ALONE = { wal_level: 'minimal', max_wal_senders: '0', max_logical_replication_workers: '0' };

/** Queue tables turn over fast. */
const VACUUM = { autovacuum_naptime: '10s' };

/** This machine only, over TCP only. */
const NETWORK = { listen_addresses: '127.0.0.1', unix_socket_directories: '' };

/** The server's log never shows a statement, a parameter or a row: not even the errors of statements, which quote them. */
const LOGGING = {
  log_min_messages: 'log',
  log_destination: 'stderr',
  logging_collector: 'off',
  log_checkpoints: 'off',
  log_error_verbosity: 'terse',
  log_min_error_statement: 'panic',
  log_parameter_max_length: '0',
  log_parameter_max_length_on_error: '0',
  log_timezone: 'UTC',
  timezone: 'UTC',
};

/** The `-c` arguments of the server; `more` overrides. */
export function settingArguments(more: Readonly<Record<string, string>> = {}): string[] {
  const settings = { ...SIZE, ...ALONE, ...VACUUM, ...LOGGING, ...DURABILITY, ...more, ...NETWORK };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
