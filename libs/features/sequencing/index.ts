export { SequencingModule } from './sequencing.module.js';
export { SequencingSettings } from './sequencing.settings.js';
