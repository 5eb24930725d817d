export { DriftWatchModule } from './drift-watch.module.js';
