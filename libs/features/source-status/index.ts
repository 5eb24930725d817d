export { SourceStatusModule } from './source-status.module.js';
