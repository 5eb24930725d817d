export { ExportsModule } from './exports.module.js';
export { ExportWorkerModule } from './export-worker.module.js';
