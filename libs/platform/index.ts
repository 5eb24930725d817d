export * from './batching/batcher.js';
export * from './batching/sweeper.js';
export { CONFIG, ConfigModule } from './config/config.module.js';
export type { Config, ServerConfig } from './config/config.schema.js';
export { type ConfigSources, loadConfig, loadServerConfig } from './config/load-config.js';
export { packageRoot } from './package-root.js';
export { ConfigError, type ConfigFault, HttpProblem } from './platform.errors.js';
export { SystemClock } from './system-clock.js';
