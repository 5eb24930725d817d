export { SourcesModule } from './sources.module.js';
export { SupervisionModule } from './supervision.module.js';
