export { SequencingModule } from './sequencing.module.js';
